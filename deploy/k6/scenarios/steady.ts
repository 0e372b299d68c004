import { optionsOf, run, type Profile } from '../lib/profile.ts';

/** A community that writes at one pace. */
const profile: Profile = {
  people: 1_000,
  joinSeconds: 30,
  seconds: 120,
  messagesPerSecond: 100,
  thresholds: { parley_ack_time: ['p(99)<2000'], parley_delivery_time: ['p(99)<2000'] },
};

export const options = optionsOf(profile);

export default function steady(): void {
  run(profile);
}
