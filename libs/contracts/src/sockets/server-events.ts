import { z } from 'zod';
import { ToldAnnouncement } from '../announcement.js';
import { ERROR_CODES } from '../errors/catalogue.js';
import { User } from '../http/accounts.js';
import { Draft } from '../http/drafts.js';
import { Message } from '../http/messages.js';
import { MemberRev, PresenceStatus, ReadEra, Room, RoomRole } from '../http/rooms.js';
import { Epoch, IsoTime, RoomId, Seq, SessionId, UserId } from '../ids.js';

export const Ready = z
  .object({
    userId: UserId,
    sessionId: SessionId,
    /** Which process this connection ends at, as its log calls it; a new one with every start. */
    gatewayId: z.string().optional(),
    serverTime: IsoTime,
    heartbeatMs: z.number().int().positive(),
    limits: z.object({
      textMax: z.number(),
      attachmentsMax: z.number(),
      clientMsgIdMax: z.number(),
      pageMax: z.number(),
      syncRoomsMax: z.number(),
      syncMessagesMax: z.number(),
      presenceMax: z.number(),
      frameBytesMax: z.number(),
      reactionKindsMax: z.number(),
      roomNameMax: z.number(),
      topicMax: z.number(),
      mediaBytesMax: z.number(),
    }),
  })
  .meta({ id: 'Ready' });
export type Ready = z.output<typeof Ready>;

export const MessagesBatch = z
  .object({
    roomId: RoomId,
    epoch: Epoch,
    messages: z.array(Message).min(1),
    /** The gateway had missed these: they may come behind later ones, which clients have held back. */
    mended: z.literal(true).optional(),
  })
  .meta({ id: 'MessagesBatch' });
export type MessagesBatch = z.output<typeof MessagesBatch>;

/**
 * A message was edited, deleted or reacted to; apply it when its `rev` is larger. `change` grows with every change of the
 * room, and `after` is the one before: a client that has not heard of that one missed something.
 */
export const MessageChange = z
  .object({ roomId: RoomId, epoch: Epoch, change: Seq, after: Seq, message: Message })
  .meta({ id: 'MessageChange' });
export type MessageChange = z.output<typeof MessageChange>;

/** `changes` as in `room:open`. */
export const RoomHead = z.object({ roomId: RoomId, epoch: Epoch, head: Seq, changes: Seq }).meta({ id: 'RoomHead' });
export type RoomHead = z.output<typeof RoomHead>;

export const ActivityEntry = z.object({
  roomId: RoomId,
  head: Seq,
  preview: z.string(),
  announcement: ToldAnnouncement,
  mention: z.boolean(),
  /** Which of the messages behind this line are never unread: one's own, written on another device, and the system's. */
  neverUnread: z.array(Seq).optional(),
});
export type ActivityEntry = z.output<typeof ActivityEntry>;
export const Activity = z.object({ rooms: z.array(ActivityEntry).min(1) }).meta({ id: 'Activity' });
export type Activity = z.output<typeof Activity>;

/**
 * Where a read marker stands; the counts hold for messages up to `head`. These come in any order: the larger `readEra` is
 * newer (the person marked unread since), within one era the larger `readSeq`. Absent from a service that is not upgraded yet.
 */
export const ReadMoved = z
  .object({
    roomId: RoomId,
    readSeq: Seq,
    readEra: ReadEra.optional(),
    head: Seq.optional(),
    unreadCount: z.number().int().nonnegative(),
    mentionCount: z.number().int().nonnegative(),
  })
  .meta({ id: 'ReadMoved' });
export type ReadMoved = z.output<typeof ReadMoved>;

/** Many markers moved at once. */
export const ReadsMoved = z.object({ rooms: z.array(ReadMoved).min(1) }).meta({ id: 'ReadsMoved' });
export type ReadsMoved = z.output<typeof ReadsMoved>;

/**
 * News may have been lost on the way to the gateway. Messages are repaired by it; what is told only once (read markers,
 * favourites, drafts, members) is to be asked for anew, at a moment of one's own choice within `afterMs`.
 */
export const ListsStale = z.object({ afterMs: z.number().int().nonnegative() }).meta({ id: 'ListsStale' });
export type ListsStale = z.output<typeof ListsStale>;

/** For one's other devices. */
export const FavouriteChange = z.object({ roomId: RoomId, favourite: z.boolean() }).meta({ id: 'FavouriteChange' });
export type FavouriteChange = z.output<typeof FavouriteChange>;

export const RoomChange = z.object({ room: Room }).meta({ id: 'RoomChange' });
export type RoomChange = z.output<typeof RoomChange>;

/** `muted` is told to the person concerned alone, and with it `mutedUntil`: null when he may write again. */
export const MemberChange = z
  .object({
    roomId: RoomId,
    userId: UserId,
    change: z.enum(['joined', 'left', 'removed', 'banned', 'role', 'muted']),
    user: User,
    role: RoomRole.nullable(),
    mutedUntil: IsoTime.nullable().optional(),
    /** After the change; the larger `memberRev`, the newer. Not with `muted`. */
    memberCount: z.number().int().nonnegative().optional(),
    memberRev: MemberRev.optional(),
  })
  .meta({ id: 'MemberChange' });
export type MemberChange = z.output<typeof MemberChange>;

export const TypingNow = z.object({ roomId: RoomId, userIds: z.array(UserId) }).meta({ id: 'TypingNow' });
export type TypingNow = z.output<typeof TypingNow>;

export const PresenceNow = z.object({ states: z.array(PresenceStatus).min(1) }).meta({ id: 'PresenceNow' });
export type PresenceNow = z.output<typeof PresenceNow>;

/** The profile of a person whom the socket watches, or of the person himself, has changed: name, picture, status. */
export const UserChange = z.object({ user: User }).meta({ id: 'UserChange' });
export type UserChange = z.output<typeof UserChange>;

export const SessionEnded = z.object({ reason: z.string() }).meta({ id: 'SessionEnded' });
export type SessionEnded = z.output<typeof SessionEnded>;

export const ServerDrain = z.object({ afterMs: z.number().int().nonnegative() }).meta({ id: 'ServerDrain' });
export type ServerDrain = z.output<typeof ServerDrain>;

/** `data` of a `connect_error`. */
export const ConnectRefusal = z.object({ code: z.enum(ERROR_CODES), retryable: z.boolean(), retryAfterMs: z.number().optional() });
export type ConnectRefusal = z.output<typeof ConnectRefusal>;

/** Every event that a gateway may send, with its payload. */
export const SERVER_EVENTS = {
  ready: Ready,
  messages: MessagesBatch,
  'message:changed': MessageChange,
  'room:head': RoomHead,
  activity: Activity,
  'room:read': ReadMoved,
  'rooms:read': ReadsMoved,
  'lists:stale': ListsStale,
  'room:favourite': FavouriteChange,
  'draft:changed': Draft,
  'room:changed': RoomChange,
  'room:member': MemberChange,
  typing: TypingNow,
  presence: PresenceNow,
  'user:changed': UserChange,
  'session:ended': SessionEnded,
  'server:drain': ServerDrain,
} as const;

export type ServerEventName = keyof typeof SERVER_EVENTS;
export type ServerPayload<E extends ServerEventName> = z.output<(typeof SERVER_EVENTS)[E]>;
export type ServerToClientEvents = { [E in ServerEventName]: (payload: ServerPayload<E>) => void };
