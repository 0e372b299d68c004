import { z } from 'zod';
import { Announcement } from '../announcement.js';
import { ClientMsgId, Epoch, IsoTime, MediaId, MessageId, RoomId, Seq, UserId, Uuid } from '../ids.js';
import { Emoji } from '../emoji.js';
import { Media } from '../http/media.js';
import { RoomRole } from '../http/rooms.js';
import { LIMITS } from '../limits.js';
import { Mentions } from '../mentions.js';
import { MessageText } from '../text.js';
import { defineEvent } from './define-event.js';

const posted = {
  messageId: MessageId,
  roomId: RoomId,
  senderId: UserId,
  clientMsgId: ClientMsgId,
  text: MessageText,
  replyTo: MessageId.nullable(),
  acceptedAt: IsoTime,
};

/** Written before there were attachments: the list is empty. Only read. */
export const MessagePostedV1 = defineEvent({
  type: 'message.posted.v1',
  topic: 'chat.messages',
  keyOf: (event) => event.roomId,
  schema: z.strictObject({ ...posted, attachments: z.array(MediaId).max(LIMITS.attachmentsMax) }),
});
export type MessagePostedV1 = z.output<typeof MessagePostedV1.schema>;

/**
 * A message was accepted: from here on it is never refused and never lost. Its files come with all that readers need to
 * know of them, and are reserved for it.
 */
export const MessagePosted = defineEvent({
  type: 'message.posted.v2',
  topic: 'chat.messages',
  keyOf: (event) => event.roomId,
  schema: z.strictObject({
    ...posted,
    attachments: z.array(z.strictObject(Media.shape)).max(LIMITS.attachmentsMax),
    /** The sender's `@everyone` counted at the time; otherwise it is plain text. */
    mayMentionEveryone: z.boolean(),
  }),
});
export type MessagePosted = z.output<typeof MessagePosted.schema>;

const said = { messageId: MessageId, roomId: RoomId, text: MessageText, acceptedAt: IsoTime };

/** Written before it was kept in parts; read as long as a log may hold one. */
export const SystemMessagePostedV1 = defineEvent({
  type: 'announcement.posted.v1',
  topic: 'chat.messages',
  keyOf: (event) => event.roomId,
  schema: z.strictObject(said),
});
export type SystemMessagePostedV1 = z.output<typeof SystemMessagePostedV1.schema>;

/** A room says something itself: that somebody came, or what it is called now. It becomes a message without a sender. */
export const SystemMessagePosted = defineEvent({
  type: 'announcement.posted.v2',
  topic: 'chat.messages',
  keyOf: (event) => event.roomId,
  schema: z.strictObject({ ...said, announcement: Announcement }),
});
export type SystemMessagePosted = z.output<typeof SystemMessagePosted.schema>;

/** Who wants a message changed, and as what he may do so. Whether it comes to that is decided when its turn comes. */
const command = {
  /** Tells a repetition from another command. */
  commandId: Uuid,
  roomId: RoomId,
  messageId: MessageId,
  userId: UserId,
  /** In the room at the time. */
  role: RoomRole,
  acceptedAt: IsoTime,
};

export const MessageEdited = defineEvent({
  type: 'message.edited.v1',
  topic: 'chat.messages',
  keyOf: (event) => event.roomId,
  schema: z.strictObject({ ...command, text: MessageText }),
});
export type MessageEdited = z.output<typeof MessageEdited.schema>;

export const MessageDeleted = defineEvent({
  type: 'message.deleted.v1',
  topic: 'chat.messages',
  keyOf: (event) => event.roomId,
  schema: z.strictObject(command),
});
export type MessageDeleted = z.output<typeof MessageDeleted.schema>;

export const MessageReacted = defineEvent({
  type: 'message.reacted.v1',
  topic: 'chat.messages',
  keyOf: (event) => event.roomId,
  schema: z.strictObject({ ...command, emoji: Emoji, on: z.boolean() }),
});
export type MessageReacted = z.output<typeof MessageReacted.schema>;

const stored = {
  roomId: RoomId,
  epoch: Epoch,
  seq: Seq,
  messageId: MessageId,
  senderId: UserId.nullable(),
  kind: z.enum(['user', 'system']),
  text: z.string(),
  createdAt: IsoTime,
};

/** Written until `message.stored.v2`; read as long as a log may hold one. */
export const MessageStoredV1 = defineEvent({
  type: 'message.stored.v1',
  topic: 'chat.stored',
  keyOf: (event) => event.roomId,
  schema: z.strictObject(stored),
});
export type MessageStoredV1 = z.output<typeof MessageStoredV1.schema>;

/** Written before facts named the files of a message; read as long as a log may hold one. */
export const MessageStoredV2 = defineEvent({
  type: 'message.stored.v2',
  topic: 'chat.stored',
  keyOf: (event) => event.roomId,
  schema: z.strictObject({ ...stored, rev: z.number().int().nonnegative(), mentions: Mentions }),
});
export type MessageStoredV2 = z.output<typeof MessageStoredV2.schema>;

const attachments = z.array(z.strictObject(Media.shape)).max(LIMITS.attachmentsMax);

/** Written before rooms spoke in parts; read as long as a log may hold one. */
export const MessageStoredV3 = defineEvent({
  type: 'message.stored.v3',
  topic: 'chat.stored',
  keyOf: (event) => event.roomId,
  schema: z.strictObject({ ...stored, rev: z.number().int().nonnegative(), mentions: Mentions, attachments }),
});
export type MessageStoredV3 = z.output<typeof MessageStoredV3.schema>;

/** A message has its place in the room. Published after the fan-out, at least once; a repetition tells the message as it is then. */
export const MessageStored = defineEvent({
  type: 'message.stored.v4',
  topic: 'chat.stored',
  keyOf: (event) => event.roomId,
  schema: z.strictObject({
    ...stored,
    rev: z.number().int().nonnegative(),
    mentions: Mentions,
    attachments,
    /** null: a person wrote it. */
    announcement: Announcement.nullable(),
  }),
});
export type MessageStored = z.output<typeof MessageStored.schema>;

const changed = {
  ...stored,
  rev: z.number().int().positive(),
  /** Position among the changes of the room. */
  change: Seq,
  mentions: Mentions,
  editedAt: IsoTime.nullable(),
  deletedAt: IsoTime.nullable(),
};

/** Written before facts named the files of a message; read as long as a log may hold one. */
export const MessageChangedV1 = defineEvent({
  type: 'message.changed.v1',
  topic: 'chat.stored',
  keyOf: (event) => event.roomId,
  schema: z.strictObject(changed),
});
export type MessageChangedV1 = z.output<typeof MessageChangedV1.schema>;

/**
 * A stored message is another one now: edited, deleted (`deletedAt`; its files are nobody's any more) or reacted to.
 * Published after the fan-out, at least once; the largest `rev` is the truth.
 */
export const MessageChanged = defineEvent({
  type: 'message.changed.v2',
  topic: 'chat.stored',
  keyOf: (event) => event.roomId,
  schema: z.strictObject({ ...changed, attachments }),
});
export type MessageChanged = z.output<typeof MessageChanged.schema>;
