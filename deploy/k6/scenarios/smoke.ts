import { optionsOf, run, type Profile } from '../lib/profile.ts';

/** A few people for a few seconds: what CI runs. */
const profile: Profile = { people: 50, joinSeconds: 2, seconds: 8, messagesPerSecond: 50 };

export const options = optionsOf(profile);

export default function smoke(): void {
  run(profile);
}
