import { optionsOf, run, type Profile } from '../lib/profile.ts';

/** Everybody looks at one room, and one in a hundred writes: each message goes to all. */
const profile: Profile = {
  people: 1_000,
  joinSeconds: 30,
  seconds: 60,
  messagesPerSecond: 10,
  place: 'lobby',
  writers: 0.01,
  thresholds: { parley_delivery_time: ['p(99)<2000'] },
};

export const options = optionsOf(profile);

export default function hotRoom(): void {
  run(profile);
}
