import { z } from 'zod';
import { ToldAnnouncement } from '../announcement.js';
import { IsoTime, RoomId, Seq, TimeInput, UserId } from '../ids.js';
import { LIMITS } from '../limits.js';
import { RoomName, Topic } from '../text.js';
import { Sender, User } from './accounts.js';
import { Message } from './messages.js';
import { ListQuery, NextCursor, SearchText } from './paging.js';

export const RoomKind = z.enum(['room', 'direct']);
export const Visibility = z.enum(['public', 'private']);
export const RoomRole = z.enum(['owner', 'moderator', 'member']);
export type RoomRole = z.output<typeof RoomRole>;
export const PresenceState = z.enum(['online', 'away', 'offline']);
export type PresenceState = z.output<typeof PresenceState>;

/** `lastSeenAt`: when the person was last connected, now while he is; null if never. */
export const PresenceStatus = z
  .object({ userId: UserId, state: PresenceState, lastSeenAt: IsoTime.nullable() })
  .meta({ id: 'PresenceStatus' });
export type PresenceStatus = z.output<typeof PresenceStatus>;

/** Changes of a room's member count so far: the larger, the newer is the count beside it. Absent in `room:changed`. */
export const MemberRev = z.number().int().nonnegative();

export const Room = z
  .object({
    id: RoomId,
    kind: RoomKind,
    name: z.string(),
    topic: z.string(),
    visibility: Visibility,
    memberCount: z.number().int().nonnegative(),
    memberRev: MemberRev.optional(),
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

/** Only what is given changes. */
export const ChangeRoomRequest = z
  .strictObject({
    name: RoomName.optional(),
    topic: Topic.optional(),
    visibility: Visibility.optional(),
    slowModeSeconds: z.number().int().min(0).max(LIMITS.slowModeSecondsMax).optional(),
  })
  .meta({ id: 'ChangeRoomRequest' });
export type ChangeRoomRequest = z.output<typeof ChangeRoomRequest>;

/**
 * `lastSeenAt`: when the person was last connected, now while he is; null if never. `mutedUntil`: he may not write until then;
 * told to himself and to those who may mute, absent for everybody else.
 */
export const Member = z
  .object({
    user: User,
    role: RoomRole,
    presence: PresenceState,
    lastSeenAt: IsoTime.nullable(),
    mutedUntil: IsoTime.nullable().optional(),
  })
  .meta({ id: 'Member' });
export const MembersAnswer = z.object({ members: z.array(Member), nextCursor: NextCursor }).meta({ id: 'MembersAnswer' });
export type MembersAnswer = z.output<typeof MembersAnswer>;

export const ChangeMemberRequest = z.strictObject({ role: RoomRole }).meta({ id: 'ChangeMemberRequest' });
export type ChangeMemberRequest = z.output<typeof ChangeMemberRequest>;

/** Until then the person may read and not write; null, or a time that has passed: he may write again. */
export const MuteMemberRequest = z.strictObject({ mutedUntil: TimeInput.nullable() }).meta({ id: 'MuteMemberRequest' });
export type MuteMemberRequest = z.output<typeof MuteMemberRequest>;

/** `ban=true` also keeps the person out, member or not. */
export const RemoveMemberQuery = z.strictObject({ ban: z.enum(['true', 'false']).optional() });
export type RemoveMemberQuery = z.output<typeof RemoveMemberQuery>;

/** `bannedBy`: id of a person. */
export const Ban = z.object({ user: User, bannedBy: UserId, createdAt: IsoTime }).meta({ id: 'Ban' });
export const BansAnswer = z.object({ bans: z.array(Ban), nextCursor: NextCursor }).meta({ id: 'BansAnswer' });
export type BansAnswer = z.output<typeof BansAnswer>;

/** Without a limit an invitation holds until it is revoked. */
export const CreateInviteRequest = z
  .strictObject({ expiresAt: TimeInput.nullish(), maxUses: z.number().int().min(1).max(LIMITS.inviteUsesMax).nullish() })
  .meta({ id: 'CreateInviteRequest' });
export type CreateInviteRequest = z.output<typeof CreateInviteRequest>;
export const InviteCode = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be the code of an invitation');
export const Invite = z
  .object({
    code: z.string(),
    url: z.string(),
    expiresAt: IsoTime.nullable(),
    maxUses: z.number().int().nullable(),
    uses: z.number().int().nonnegative(),
  })
  .meta({ id: 'Invite' });
export type Invite = z.output<typeof Invite>;
export const InvitesAnswer = z.object({ invites: z.array(Invite) }).meta({ id: 'InvitesAnswer' });
export type InvitesAnswer = z.output<typeof InvitesAnswer>;

export const OpenDirectRequest = z.strictObject({ userId: UserId }).meta({ id: 'OpenDirectRequest' });
export type OpenDirectRequest = z.output<typeof OpenDirectRequest>;

/** The newest message of a room as the sidebar shows it. */
export const LastMessage = z
  .object({ seq: Seq, sender: Sender.nullable(), preview: z.string(), announcement: ToldAnnouncement, createdAt: IsoTime })
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
/** `mutedUntil`: quiet until then, whatever `notify` says; null or absent: not muted. */
export const SetNotificationsRequest = z
  .strictObject({ notify: Notify, mutedUntil: TimeInput.nullish() })
  .meta({ id: 'SetNotificationsRequest' });
export type SetNotificationsRequest = z.output<typeof SetNotificationsRequest>;
export const Notifications = z.object({ notify: Notify, mutedUntil: IsoTime.nullable() }).meta({ id: 'Notifications' });
export type Notifications = z.output<typeof Notifications>;

/** Kept at the top of one's own list; nobody else sees it. */
export const SetFavouriteRequest = z.strictObject({ favourite: z.boolean() }).meta({ id: 'SetFavouriteRequest' });
export type SetFavouriteRequest = z.output<typeof SetFavouriteRequest>;
export const Favourite = z.object({ favourite: z.boolean() }).meta({ id: 'Favourite' });
export type Favourite = z.output<typeof Favourite>;

/** Larger when the person moved the marker back since ("mark unread"): within an era a marker only moves forward. */
export const ReadEra = z.number().int().nonnegative();

export const Conversation = z
  .object({
    room: Room,
    lastMessage: LastMessage.nullable(),
    head: Seq,
    readSeq: Seq,
    readEra: ReadEra.optional(),
    unreadCount: z.number().int().nonnegative(),
    mentionCount: z.number().int().nonnegative(),
    notify: Notify,
    mutedUntil: IsoTime.nullable(),
    favourite: z.boolean(),
    /** Until then a moderator lets the person write nothing there; absent where he may write. */
    silencedUntil: IsoTime.optional(),
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

/** One read marker that moved: from where, and where it stands. */
export const MarkerMove = z.object({ roomId: RoomId, from: Seq, readSeq: Seq }).meta({ id: 'MarkerMove' });
export type MarkerMove = z.output<typeof MarkerMove>;
export const MarkAllReadAnswer = z.object({ rooms: z.array(MarkerMove) }).meta({ id: 'MarkAllReadAnswer' });
export type MarkAllReadAnswer = z.output<typeof MarkAllReadAnswer>;
/** Moves of `POST /api/chat/read` to take back. */
export const UndoReadRequest = z
  .strictObject({ rooms: z.array(z.strictObject({ roomId: RoomId, from: Seq, readSeq: Seq })).max(LIMITS.undoReadMax) })
  .meta({ id: 'UndoReadRequest' });
export type UndoReadRequest = z.output<typeof UndoReadRequest>;

/** `only=mentions`: nothing but what `mentionCount` counts. */
export const UnreadQuery = ListQuery.extend({ only: z.enum(['mentions']).optional() });
export type UnreadQuery = z.output<typeof UnreadQuery>;
/** Why a message counts as unread; the first of these that is true. */
export const UnreadReason = z.enum(['direct', 'mention', 'everyone', 'reply', 'other']);
export type UnreadReason = z.output<typeof UnreadReason>;
export const UnreadEntry = z.object({ message: Message, reason: UnreadReason }).meta({ id: 'UnreadEntry' });
/** A page, oldest first. It may hold fewer than `limit`, even none, and go on all the same. */
export const UnreadAnswer = z
  .object({
    readSeq: Seq,
    unreadCount: z.number().int().nonnegative(),
    mentionCount: z.number().int().nonnegative(),
    unread: z.array(UnreadEntry),
    nextCursor: NextCursor,
  })
  .meta({ id: 'UnreadAnswer' });
export type UnreadAnswer = z.output<typeof UnreadAnswer>;

/** The room that everyone who registers is in. */
export const GENERAL_ROOM_NAME = 'general';
