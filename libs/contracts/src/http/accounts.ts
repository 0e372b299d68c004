import { z } from 'zod';
import { IsoTime, MediaId, SessionId, UserId } from '../ids.js';
import { LIMITS } from '../limits.js';
import { Bio, codePoints, DisplayName, StorableText } from '../text.js';
import { ListQuery, NextCursor, SearchText } from './paging.js';

/** Nobody may be called so, nor as what looks like it; as a display name they are for administrators. */
export const RESERVED_USERNAMES = [
  'admin',
  'administrator',
  'moderator',
  'official',
  'parley',
  'root',
  'security',
  'staff',
  'support',
  'system',
  'everyone',
  'here',
  'all',
] as const;

export const Username = z
  .string()
  .min(LIMITS.usernameMin)
  .max(LIMITS.usernameMax)
  .regex(/^[A-Za-z0-9_.-]+$/, 'may have ASCII letters, digits and _ . - only');

export const Password = z
  .string()
  .refine((text) => {
    const length = codePoints(text.slice(0, 2 * LIMITS.passwordMax + 1));
    return length >= LIMITS.passwordMin && length <= LIMITS.passwordMax;
  }, `must have ${LIMITS.passwordMin} to ${LIMITS.passwordMax} characters`)
  .meta({ minLength: LIMITS.passwordMin, maxLength: LIMITS.passwordMax });

export const UserStatus = z.object({ emoji: z.string(), text: z.string(), expiresAt: IsoTime.nullable() });

export const User = z
  .object({
    id: UserId,
    username: z.string(),
    displayName: z.string(),
    avatarUrl: z.string(),
    bio: z.string(),
    status: UserStatus.nullable(),
    createdAt: IsoTime,
    roles: z.array(z.enum(['administrator'])),
  })
  .meta({ id: 'User' });
export type User = z.output<typeof User>;

/** What stands beside a message: the part of a user that every reader may see. */
export const Sender = User.pick({ id: true, username: true, displayName: true, avatarUrl: true }).meta({ id: 'Sender' });
export type Sender = z.output<typeof Sender>;

export const RegisterRequest = z
  .strictObject({
    username: Username,
    /** Blank or missing: a strong one is generated and shown once. */
    password: z
      .union([
        z.literal('').transform(() => undefined),
        z
          .string()
          .regex(/^\s+$/)
          .transform(() => undefined),
        Password,
      ])
      .optional(),
    displayName: DisplayName.optional(),
  })
  .meta({ id: 'RegisterRequest' });
export type RegisterRequest = z.output<typeof RegisterRequest>;

/** Shape only: whether the two fit is answered with INVALID_CREDENTIALS, never with a hint about the rules. */
export const LoginRequest = z
  .strictObject({ username: z.string().min(1).max(256), password: z.string().min(1).max(1024) })
  .meta({ id: 'LoginRequest' });
export type LoginRequest = z.output<typeof LoginRequest>;

export const SessionAnswer = z
  .object({ user: User, accessToken: z.string(), expiresIn: z.number().int().positive() })
  .meta({ id: 'SessionAnswer' });
export type SessionAnswer = z.output<typeof SessionAnswer>;

export const RegisterAnswer = SessionAnswer.extend({ generatedPassword: z.string().min(16).optional() }).meta({ id: 'RegisterAnswer' });
export type RegisterAnswer = z.output<typeof RegisterAnswer>;

export const UpdateProfileRequest = z
  .strictObject({
    displayName: DisplayName.optional(),
    bio: Bio.optional(),
    status: z
      .strictObject({
        emoji: StorableText.max(32),
        text: StorableText.max(100),
        expiresAt: IsoTime.nullable(),
      })
      .nullable()
      .optional(),
    avatarMediaId: MediaId.nullable().optional(),
  })
  .meta({ id: 'UpdateProfileRequest' });
export type UpdateProfileRequest = z.output<typeof UpdateProfileRequest>;

export const ChangePasswordRequest = z
  .strictObject({ currentPassword: z.string().min(1).max(1024), newPassword: Password })
  .meta({ id: 'ChangePasswordRequest' });
export type ChangePasswordRequest = z.output<typeof ChangePasswordRequest>;

export const Session = z
  .object({ id: SessionId, deviceName: z.string(), createdAt: IsoTime, lastSeenAt: IsoTime, current: z.boolean() })
  .meta({ id: 'Session' });
export type Session = z.output<typeof Session>;

export const SessionsAnswer = z.object({ sessions: z.array(Session) }).meta({ id: 'SessionsAnswer' });
export type SessionsAnswer = z.output<typeof SessionsAnswer>;

export const ListUsersQuery = ListQuery.extend({ query: SearchText.optional() });
export type ListUsersQuery = z.output<typeof ListUsersQuery>;
export const UsersAnswer = z.object({ users: z.array(User), nextCursor: NextCursor }).meta({ id: 'UsersAnswer' });
export type UsersAnswer = z.output<typeof UsersAnswer>;

/** `v` tells caches one picture of a person from the next; `User.avatarUrl` carries it. */
export const AvatarQuery = z.strictObject({ v: z.string().max(64).optional() });
export type AvatarQuery = z.output<typeof AvatarQuery>;

export const SESSION_COOKIE = 'parley_session';
/** Behind TLS: the prefix makes browsers insist on Secure, Path=/ and no Domain. */
export const SECURE_SESSION_COOKIE = '__Host-parley_session';
export const SESSION_DAYS = 30;

/** RFC 7517. Every kind of key has members of its own beside these. */
export const JsonWebKeys = z
  .object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), use: z.literal('sig'), alg: z.enum(['EdDSA', 'ES256']) })) })
  .meta({ id: 'JsonWebKeys' });
