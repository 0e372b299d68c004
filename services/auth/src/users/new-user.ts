import { randomBytes } from 'node:crypto';
import { searchKeyOf } from './user-search.js';
import type { UserEntity } from './user.entity.js';

type Founded = Pick<UserEntity, 'id' | 'username' | 'displayName' | 'isAdministrator' | 'createdAt'>;

/** An account as it begins: no words about itself, and a picture of its own that is drawn. */
export const newUser = (user: Founded): UserEntity => ({
  ...user,
  usernameKey: user.username.toLowerCase(),
  searchKey: searchKeyOf(user.username, user.displayName),
  bio: '',
  status: null,
  avatarSeed: randomBytes(12).toString('base64url'),
  avatarMediaId: null,
});
