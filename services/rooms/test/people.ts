import { Profiles } from '@parley/chat';
import type { User } from '@parley/contracts';
import { v7 as uuidV7 } from 'uuid';

let count = 0;

/** Somebody whom nobody has met. */
export function newUser(over: Partial<User> = {}): User {
  const id = uuidV7();
  const username = `user${(count += 1)}`;
  return {
    id,
    username,
    displayName: username,
    avatarUrl: `/api/users/${id}/avatar`,
    bio: '',
    status: null,
    createdAt: new Date().toISOString(),
    roles: [],
    ...over,
  };
}

/** The auth service, as far as this one asks it. */
export class FakeProfiles extends Profiles {
  readonly users = new Map<string, User>();
  questions = 0;
  isDown = false;

  add<U extends User[]>(...users: U): U {
    for (const user of users) this.users.set(user.id, user);
    return users;
  }

  find(userIds: readonly string[]): Promise<User[]> {
    this.questions += 1;
    if (this.isDown) return Promise.reject(new Error('the auth service is away'));
    return Promise.resolve(userIds.flatMap((id) => this.users.get(id) ?? []));
  }
}
