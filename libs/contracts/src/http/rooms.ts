import { z } from 'zod';
import { IsoTime, RoomId, Seq, UserId } from '../ids.js';
import { RoomName, Topic } from '../text.js';
import { Sender, User } from './accounts.js';
import { ListQuery, NextCursor, SearchText } from './paging.js';

export const RoomKind = z.enum(['room', 'direct']);
export const Visibility = z.enum(['public', 'private']);
export const RoomRole = z.enum(['owner', 'moderator', 'member']);
export type RoomRole = z.output<typeof RoomRole>;
export const PresenceState = z.enum(['online', 'away', 'offline']);
export type PresenceState = z.output<typeof PresenceState>;

export const Room = z
  .object({
    id: RoomId,
    kind: RoomKind,
    name: z.string(),
    topic: z.string(),
    visibility: Visibility,
    memberCount: z.number().int().nonnegative(),
    joined: z.boolean(),
    role: RoomRole.nullable(),
    head: Seq,
    createdAt: IsoTime,
    createdBy: UserId.nullable(),
    peer: User.optional(),
    slowModeSeconds: z.number().int().nonnegative(),
    archivedAt: IsoTime.nullable(),
  })
  .meta({ id: 'Room' });
export type Room = z.output<typeof Room>;

export const ListRoomsQuery = ListQuery.extend({
  scope: z.enum(['all', 'joined', 'public']).default('all'),
  query: SearchText.optional(),
});
export type ListRoomsQuery = z.output<typeof ListRoomsQuery>;
export const RoomsAnswer = z.object({ rooms: z.array(Room), nextCursor: NextCursor }).meta({ id: 'RoomsAnswer' });
export type RoomsAnswer = z.output<typeof RoomsAnswer>;

export const CreateRoomRequest = z
  .strictObject({ name: RoomName, topic: Topic.optional(), visibility: Visibility.default('public') })
  .meta({ id: 'CreateRoomRequest' });
export type CreateRoomRequest = z.output<typeof CreateRoomRequest>;

export const Member = z.object({ user: User, role: RoomRole, presence: PresenceState }).meta({ id: 'Member' });
export const MembersAnswer = z.object({ members: z.array(Member), nextCursor: NextCursor }).meta({ id: 'MembersAnswer' });
export type MembersAnswer = z.output<typeof MembersAnswer>;

export const OpenDirectRequest = z.strictObject({ userId: UserId }).meta({ id: 'OpenDirectRequest' });
export type OpenDirectRequest = z.output<typeof OpenDirectRequest>;

/** The newest message of a room as the sidebar shows it. */
export const LastMessage = z
  .object({ seq: Seq, sender: Sender.nullable(), preview: z.string(), createdAt: IsoTime })
  .meta({ id: 'LastMessage' });
export type LastMessage = z.output<typeof LastMessage>;

export const ListDirectQuery = ListQuery.extend({ query: SearchText.optional() });
export type ListDirectQuery = z.output<typeof ListDirectQuery>;
export const DirectEntry = z
  .object({ room: Room, user: User, lastMessage: LastMessage.nullable(), unreadCount: z.number().int().nonnegative() })
  .meta({ id: 'DirectEntry' });
export const DirectAnswer = z.object({ direct: z.array(DirectEntry), nextCursor: NextCursor }).meta({ id: 'DirectAnswer' });
export type DirectAnswer = z.output<typeof DirectAnswer>;

export const Notify = z.enum(['all', 'mentions', 'none']);
export const Conversation = z
  .object({
    room: Room,
    lastMessage: LastMessage.nullable(),
    head: Seq,
    readSeq: Seq,
    unreadCount: z.number().int().nonnegative(),
    mentionCount: z.number().int().nonnegative(),
    notify: Notify,
    mutedUntil: IsoTime.nullable(),
  })
  .meta({ id: 'Conversation' });
export type Conversation = z.output<typeof Conversation>;
export const ConversationsAnswer = z.object({ conversations: z.array(Conversation) }).meta({ id: 'ConversationsAnswer' });
export type ConversationsAnswer = z.output<typeof ConversationsAnswer>;

/** `unread: true` marks unread from `seq` on: readSeq becomes seq − 1, the only way back. */
export const MarkReadRequest = z.strictObject({ seq: Seq, unread: z.boolean().optional() }).meta({ id: 'MarkReadRequest' });
export type MarkReadRequest = z.output<typeof MarkReadRequest>;
export const MarkReadAnswer = z.object({ readSeq: Seq }).meta({ id: 'MarkReadAnswer' });
export type MarkReadAnswer = z.output<typeof MarkReadAnswer>;

/** The room that everyone who registers is in. */
export const GENERAL_ROOM_NAME = 'general';
