import {
  ERROR_CODES,
  HistoryAnswer,
  LIMITS,
  LoginRequest,
  Media,
  Message,
  RegisterAnswer,
  RegisterRequest,
  RoomLabel,
  RoomRole,
  SessionAnswer,
  SessionRevoked,
  User,
} from '@parley/contracts';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import type { MediaLibrary } from '../media/media-library.js';
import type { ChangeOutcomes } from '../messages/change-outcomes.js';
import type { MessageHistory } from '../messages/message-history.js';
import type { Profiles } from '../people/profiles.js';
import type { NamedRooms } from '../rooms/named-rooms.js';
import { PEOPLE_LISTED_MAX, ROOM_QUESTIONS_MAX, type ReadMarkers, type RoomAccess } from '../rooms/room-access.js';
import type { CookieAccounts } from '../sessions/cookie-accounts.js';
import type { Sessions } from '../sessions/sessions.js';
import { definePort } from './port-contract.js';

const Id = z.guid();
const Seq = z.number().int().nonnegative();
const Facts = z
  .object({
    roomId: Id,
    kind: z.enum(['room', 'direct']),
    visibility: z.enum(['public', 'private']),
    isArchived: z.boolean(),
    slowModeSeconds: z.number(),
    role: RoomRole.nullable(),
    isBanned: z.boolean(),
    isMuted: z.boolean(),
    isForEveryone: z.boolean(),
    isAdministrator: z.boolean(),
    memberCount: z.number(),
    memberRev: z.number().default(0), // from a service that is not upgraded yet
  })
  .readonly();
const RoomQuestions = z
  .array(z.strictObject({ roomId: Id, userId: Id }))
  .max(ROOM_QUESTIONS_MAX)
  .readonly();
const Position = z.union([
  z.strictObject({ before: Seq }),
  z.strictObject({ after: Seq }),
  z.strictObject({ around: Seq }),
  z.strictObject({ newest: z.literal(true) }),
]);

export const roomAccessPort = definePort<RoomAccess>('room-access', {
  findFacts: { args: z.tuple([Id, Id]), answer: Facts.optional() },
  listFacts: { args: z.tuple([RoomQuestions]), answer: z.array(Facts.nullable()) },
  listMemberships: {
    args: z.tuple([z.array(Id).max(PEOPLE_LISTED_MAX).readonly()]),
    answer: z.array(z.array(z.object({ roomId: Id, role: RoomRole }))),
  },
  listMemberIds: { args: z.tuple([Id]), answer: z.array(Id) },
  listLostAccess: { args: z.tuple([z.number().positive()]), answer: z.array(z.object({ roomId: Id, userId: Id })) },
});

const NamedRoom = z.object({ roomId: Id, label: z.string() }).readonly();

export const namedRoomsPort = definePort<NamedRooms>('named-rooms', {
  find: { args: z.tuple([RoomLabel, Id]), answer: NamedRoom },
  join: { args: z.tuple([RoomLabel, Id]), answer: NamedRoom },
  listReadable: { args: z.tuple([RoomLabel, Id]), answer: z.array(Id) },
});

export const readMarkersPort = definePort<ReadMarkers>('read-markers', {
  listReadSeqs: { args: z.tuple([RoomQuestions]), answer: z.array(Seq) },
  markRead: { args: z.tuple([Id, Id, Seq]), answer: Seq },
});

export const profilesPort = definePort<Profiles>('profiles', {
  find: { args: z.tuple([z.array(Id).max(LIMITS.presenceMax)]), answer: z.array(User) },
});

export const sessionsPort = definePort<Sessions>('sessions', {
  publicKeys: { args: z.tuple([]), answer: z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }) as z.ZodType<JSONWebKeySet> },
  listRevokedSince: {
    args: z.tuple([z.number()]),
    answer: z.array(SessionRevoked.schema.pick({ sessionId: true, userId: true, reason: true })),
  },
  findByCookie: {
    args: z.tuple([z.string().max(128)]),
    answer: z.object({ userId: Id, sessionId: Id, roles: User.shape.roles }).optional(),
  },
});

const HEADER_MAX = 16 * 1024;
const Visitor = z
  .object({
    address: z.string().max(64),
    userAgent: z.string().max(HEADER_MAX).optional(),
    cookie: z.string().max(HEADER_MAX).optional(),
  })
  .readonly();
/** Passwords are hashed, a few at a time. */
const HASHING_MS = 10_000;

export const cookieAccountsPort = definePort<CookieAccounts>('cookie-accounts', {
  register: {
    args: z.tuple([RegisterRequest, Visitor]),
    answer: z.object({ answer: RegisterAnswer, setCookie: z.string() }).readonly(),
    isPutOnce: true,
    timeoutMs: HASHING_MS,
  },
  login: {
    args: z.tuple([LoginRequest, Visitor]),
    answer: z.object({ answer: SessionAnswer, setCookie: z.string() }).readonly(),
    isPutOnce: true,
    timeoutMs: HASHING_MS,
  },
  logout: { args: z.tuple([Visitor]), answer: z.string() },
  identify: { args: z.tuple([Visitor]), answer: z.object({ userId: Id, accessToken: z.string() }).readonly().optional() },
});

export const messageHistoryPort = definePort<MessageHistory>('message-history', {
  page: { args: z.tuple([Id, Position, z.number().int().positive().max(LIMITS.pageMax)]), answer: HistoryAnswer },
  heads: { args: z.tuple([z.array(Id)]), answer: z.array(z.object({ roomId: Id, epoch: z.number().int(), head: Seq, changes: Seq })) },
  listChanged: {
    args: z.tuple([
      Id,
      Seq,
      z
        .number()
        .int()
        .positive()
        .max(LIMITS.pageMax + 1),
    ]),
    answer: z.object({ epoch: z.number().int(), changes: Seq, changed: z.array(z.object({ change: Seq, message: Message })) }),
  },
  listAt: { args: z.tuple([Id, z.array(Seq).max(LIMITS.pageMax).readonly()]), answer: z.array(Message) },
  findMessage: { args: z.tuple([Id, Id]), answer: Message.optional() },
  countNeverUnread: { args: z.tuple([Id, Id, Seq, Seq]), answer: Seq },
});

export const mediaLibraryPort = definePort<MediaLibrary>('media-library', {
  reserve: {
    args: z.tuple([
      z.strictObject({ senderId: Id, roomId: Id, messageId: Id, mediaIds: z.array(Id).max(LIMITS.attachmentsMax).readonly() }).readonly(),
    ]),
    answer: z.array(Media),
  },
  reserveAvatar: { args: z.tuple([Id, Id]), answer: z.void() },
  dropAvatar: { args: z.tuple([Id, Id]), answer: z.void() },
  findAvatar: { args: z.tuple([Id, Id]), answer: z.object({ type: z.string(), base64: z.string() }).readonly().optional() },
});

export const changeOutcomesPort = definePort<ChangeOutcomes>('change-outcomes', {
  wait: {
    args: z.tuple([Id, Id, z.number().int().positive().max(2_000)]),
    answer: z.object({ rev: z.number().int(), refusal: z.enum(ERROR_CODES).nullable() }).optional(),
  },
});
