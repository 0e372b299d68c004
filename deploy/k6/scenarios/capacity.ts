import { optionsOf, run, type Profile } from '../lib/profile.ts';

/** One step of `npm run k6 -- capacity`, which looks for the most people within these limits. */
const profile: Profile = {
  people: 500,
  joinSeconds: 20,
  seconds: 30,
  // Each person writes once in twenty seconds; see docs/load-testing.md.
  messagesPerSecond: 25,
  thresholds: { parley_delivery_time: ['avg<100', 'p(99)<2000'], parley_ack_time: ['avg<100', 'p(99)<2000'] },
};

export const options = optionsOf(profile);

export default function capacity(): void {
  run(profile);
}
