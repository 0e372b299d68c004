import { hash } from 'node:crypto';
import type { User } from '@parley/contracts';
import type { UserEntity } from './user.entity.js';

/** What everyone may know of a person. A status that has run out is none. */
export function toUser(entity: UserEntity, now = Date.now()): User {
  const { id, username, displayName, bio, status, createdAt, isAdministrator } = entity;
  const isOver = status?.expiresAt != null && Date.parse(status.expiresAt) <= now;
  return {
    id,
    username,
    displayName,
    avatarUrl: `/api/users/${id}/avatar?v=${avatarVersion(entity)}`,
    bio,
    status: status && !isOver ? { emoji: status.emoji, text: status.text, expiresAt: status.expiresAt } : null,
    createdAt: createdAt.toISOString(),
    roles: isAdministrator ? ['administrator'] : [],
  };
}

/** Changes with the look of all generated pictures. */
const STYLE_VERSION = 1;

/**
 * Another picture, another address: so that caches may keep each for ever. An uploaded one has its id there, by which the media
 * service learns that it is in use.
 */
export function avatarVersion({ avatarSeed, avatarMediaId }: Pick<UserEntity, 'avatarSeed' | 'avatarMediaId'>): string {
  return avatarMediaId ?? hash('sha256', `${STYLE_VERSION}:${avatarSeed}`, 'hex').slice(0, 12);
}
