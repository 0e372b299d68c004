import { optionsOf, run, type Profile } from '../lib/profile.ts';

/** A steady load during which whoever runs it restarts one process after the other. */
const profile: Profile = {
  people: 500,
  joinSeconds: 15,
  seconds: 120,
  messagesPerSecond: 50,
  thresholds: { parley_reconnected: ['count>0'], parley_connect_failed: ['count==0'] },
};

export const options = optionsOf(profile);

export default function rollingDeploy(): void {
  run(profile);
}
