import { optionsOf, run, type Profile } from '../lib/profile.ts';

/** What people do on a day: they read more than they write, look around and look back. */
const profile: Profile = {
  people: 1_000,
  joinSeconds: 30,
  seconds: 180,
  messagesPerSecond: 50,
  life: { typing: 2, reading: 6, roaming: 1, history: 0.5 },
  thresholds: { parley_ack_time: ['p(99)<2000'], parley_delivery_time: ['p(99)<2000'], parley_history_time: ['p(99)<1000'] },
};

export const options = optionsOf(profile);

export default function chatDay(): void {
  run(profile);
}
