import { z } from 'zod';
import { ERROR_CODES } from '../errors/catalogue.js';
import { DeleteMessage, EditMessage, Message, PostedAnswer, ReactToMessage, SendMessage } from '../http/messages.js';
import { MemberRev, PresenceStatus } from '../http/rooms.js';
import { Epoch, IsoTime, RoomId, Seq, UserId } from '../ids.js';
import { LIMITS } from '../limits.js';
import type { Ack } from './ack.js';

/** `lastChange`: the newest change of the room that the client has heard of. Without it changes are not made good. */
export const OpenRoom = z
  .strictObject({ roomId: RoomId, epoch: Epoch.optional(), lastSeq: Seq.optional(), lastChange: Seq.optional() })
  .meta({ id: 'OpenRoom' });
export type OpenRoom = z.output<typeof OpenRoom>;

export const OpenedRoom = z
  .object({
    roomId: RoomId,
    epoch: Epoch,
    head: Seq,
    readSeq: Seq,
    /** As in `Room`, at most 5 s old. */
    memberCount: z.number().int().nonnegative().optional(),
    memberRev: MemberRev.optional(),
    recovered: z.boolean(),
    messages: z.array(Message),
    /** Changes (edits, deletions, reactions) that the room has seen: what the next `message:changed` comes `after`. */
    changes: Seq,
    /**
     * With `lastChange`: the older messages (`seq` up to `lastSeq`) that changed since, as they are now. Absent when too
     * many did: what the client holds beside `messages` may be out of date.
     */
    changed: z.array(Message).optional(),
  })
  .meta({ id: 'OpenedRoom' });
export type OpenedRoom = z.output<typeof OpenedRoom>;

export const RoomPosition = z
  .strictObject({ roomId: RoomId, epoch: Epoch, lastSeq: Seq, lastChange: Seq.optional() })
  .meta({ id: 'RoomPosition' });
export type RoomPosition = z.output<typeof RoomPosition>;

/** `rooms` is checked entry by entry when it is served, so that one bad room fails no other. */
export const SyncRooms = z.strictObject({ rooms: z.array(z.unknown()).max(LIMITS.syncRoomsMax) }).meta({ id: 'SyncRooms' });
export type SyncRooms = z.output<typeof SyncRooms>;

export const SyncFailure = z.object({ roomId: z.string(), error: z.object({ code: z.enum(ERROR_CODES) }) });
export const SyncedRooms = z.object({ rooms: z.array(z.union([OpenedRoom, SyncFailure])) }).meta({ id: 'SyncedRooms' });
export type SyncedRooms = z.output<typeof SyncedRooms>;

export const CloseRoom = z.strictObject({ roomId: RoomId }).meta({ id: 'CloseRoom' });
export const ReadRoom = z.strictObject({ roomId: RoomId, seq: Seq }).meta({ id: 'ReadRoom' });
export type ReadRoom = z.output<typeof ReadRoom>;
export const Typing = z.strictObject({ roomId: RoomId, on: z.boolean() }).meta({ id: 'Typing' });
export type Typing = z.output<typeof Typing>;
/** Replaces the set of people of whom the socket hears. Whoever is in it twice counts once. */
export const WatchPresence = z.strictObject({ userIds: z.array(UserId).max(LIMITS.presenceMax) }).meta({ id: 'WatchPresence' });
export type WatchPresence = z.output<typeof WatchPresence>;
export const WatchedPresence = z.object({ states: z.array(PresenceStatus) }).meta({ id: 'WatchedPresence' });
export type WatchedPresence = z.output<typeof WatchedPresence>;
/** Whether the person is at this device. Somebody who is away from all of his is shown as away; a new connection is online. */
export const SetPresence = z.strictObject({ state: z.enum(['online', 'away']) }).meta({ id: 'SetPresence' });
export type SetPresence = z.output<typeof SetPresence>;
export const RenewAuth = z.strictObject({ token: z.string().min(1).max(4096) }).meta({ id: 'RenewAuth' });

export const SentMessage = PostedAnswer.pick({ messageId: true, acceptedAt: true }).meta({ id: 'SentMessage' });
export type SentMessage = z.output<typeof SentMessage>;

/** `rev` of the message afterwards: the same as before if the command had nothing to change. */
export const ChangedMessage = z.object({ rev: z.number().int().nonnegative() }).meta({ id: 'ChangedMessage' });
export type ChangedMessage = z.output<typeof ChangedMessage>;

const Nothing = z.object({}).meta({ id: 'Nothing' });

/**
 * Every event that a client may send: schema of its payload and of the data of its acknowledgement.
 * The gateway serves this table, AsyncAPI is generated from it; there is no other list.
 */
export const CLIENT_EVENTS = {
  'message:send': { payload: SendMessage, data: SentMessage },
  'message:edit': { payload: EditMessage, data: ChangedMessage },
  'message:delete': { payload: DeleteMessage, data: ChangedMessage },
  'message:react': { payload: ReactToMessage, data: ChangedMessage },
  'room:open': { payload: OpenRoom, data: OpenedRoom },
  'rooms:sync': { payload: SyncRooms, data: SyncedRooms },
  'room:close': { payload: CloseRoom, data: Nothing },
  'room:read': { payload: ReadRoom, data: z.object({ readSeq: Seq }) },
  typing: { payload: Typing, data: Nothing },
  'presence:watch': { payload: WatchPresence, data: WatchedPresence },
  'presence:set': { payload: SetPresence, data: Nothing },
  'auth:renew': { payload: RenewAuth, data: z.object({ expiresAt: IsoTime }) },
} as const;

export type ClientEventName = keyof typeof CLIENT_EVENTS;
export type ClientPayload<E extends ClientEventName> = z.output<(typeof CLIENT_EVENTS)[E]['payload']>;
export type ClientPayloadInput<E extends ClientEventName> = z.input<(typeof CLIENT_EVENTS)[E]['payload']>;
export type ClientAnswer<E extends ClientEventName> = z.output<(typeof CLIENT_EVENTS)[E]['data']>;

/** For `Server<ClientToServerEvents, …>` and `Socket<…, ClientToServerEvents>`. */
export type ClientToServerEvents = {
  [E in ClientEventName]: (payload: ClientPayloadInput<E>, ack: (answer: Ack<ClientAnswer<E>>) => void) => void;
};
