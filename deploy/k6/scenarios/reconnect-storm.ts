import { optionsOf, run, type Profile } from '../lib/profile.ts';

/** Everybody but a few loses the connection in one moment, as when a gateway or a link dies. */
const profile: Profile = {
  people: 1_000,
  joinSeconds: 30,
  seconds: 90,
  messagesPerSecond: 30,
  cut: { after: 0.25, people: 0.95 },
  thresholds: { parley_reconnect_time: ['p(99)<60000'], parley_reconnected: ['count>0'] },
};

export const options = optionsOf(profile);

export default function reconnectStorm(): void {
  run(profile);
}
