import { z } from 'zod';
import { IsoTime, SessionId, UserId } from '../ids.js';
import { User } from '../http/accounts.js';
import { defineEvent } from './define-event.js';

const Profile = z.strictObject(User.shape);

export const UserRegistered = defineEvent({
  type: 'user.registered.v1',
  topic: 'chat.users',
  keyOf: (event) => event.user.id,
  schema: z.strictObject({ user: Profile }),
});
export type UserRegistered = z.output<typeof UserRegistered.schema>;

export const UserChanged = defineEvent({
  type: 'user.changed.v1',
  topic: 'chat.users',
  keyOf: (event) => event.user.id,
  schema: z.strictObject({ user: Profile }),
});
export type UserChanged = z.output<typeof UserChanged.schema>;

/** Sockets and access tokens of this session end now. */
export const SessionRevoked = defineEvent({
  type: 'session.revoked.v1',
  topic: 'chat.users',
  keyOf: (event) => event.userId,
  schema: z.strictObject({
    userId: UserId,
    sessionId: SessionId,
    reason: z.enum(['logout', 'revoked', 'password-changed', 'token-reuse', 'expired']),
    at: IsoTime,
  }),
});
export type SessionRevoked = z.output<typeof SessionRevoked.schema>;
