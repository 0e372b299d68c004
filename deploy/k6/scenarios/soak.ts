import { optionsOf, run, type Profile } from '../lib/profile.ts';

/** Long enough to see what grows. Tokens hold for an hour: it must end before. */
const profile: Profile = {
  people: 500,
  joinSeconds: 30,
  seconds: 3_000,
  messagesPerSecond: 20,
  life: { typing: 2, reading: 6, roaming: 1, history: 0.5 },
  thresholds: { parley_ack_time: ['p(99)<2000'], parley_delivery_time: ['p(99)<2000'] },
};

export const options = optionsOf(profile);

export default function soak(): void {
  run(profile);
}
