import { z } from 'zod';

/** Any RFC 9562 id, lower-cased, so that two spellings of one id are equal everywhere. */
export const Uuid = z.guid('must be a UUID').toLowerCase();

export const UserId = Uuid;
export const RoomId = Uuid;
export const MessageId = Uuid;
export const SessionId = Uuid;
export const MediaId = Uuid;
export type UserId = string;
export type RoomId = string;
export type MessageId = string;
export type SessionId = string;

/** The client's own key of a message; a retry carries the same one. */
export const ClientMsgId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 _ -');
export type ClientMsgId = z.output<typeof ClientMsgId>;

/** Position of a message in its room: 1, 2, 3 … without holes. 0 is the position before the first one. */
export const Seq = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

/** Changes only when the history of an installation was restored from a backup. */
export const Epoch = z.number().int().positive();

export const IsoTime = z.iso.datetime({ precision: 3 });

/** A time as clients may write it, with or without fractions; it becomes an `IsoTime`. Postgres knows no year above 9999. */
export const TimeInput = z.iso
  .datetime()
  .transform((time) => new Date(time).toISOString())
  .pipe(IsoTime);

/** Namespace of the ids of private chats: UUIDv5 of the two user ids, smaller first, joined by `:`. */
export const DIRECT_ROOM_NAMESPACE = 'ab923aae-6e94-415b-9b69-360fa640e173';
