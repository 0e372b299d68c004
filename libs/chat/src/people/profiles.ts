import type { User } from '@parley/contracts';

/** Who people are; owned by the auth service. */
export abstract class Profiles {
  /** Those that exist, in no particular order. */
  abstract find(userIds: readonly string[]): Promise<User[]>;
}
