import { optionsOf, run, type Profile } from '../lib/profile.ts';

/** Everybody comes at once, as after an announcement. */
const profile: Profile = {
  people: 2_000,
  joinSeconds: 5,
  seconds: 30,
  messagesPerSecond: 10,
  thresholds: { parley_connect_time: ['p(95)<10000'] },
};

export const options = optionsOf(profile);

export default function connectStorm(): void {
  run(profile);
}
