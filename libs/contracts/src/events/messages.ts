import { z } from 'zod';
import { ClientMsgId, Epoch, IsoTime, MediaId, MessageId, RoomId, Seq, UserId } from '../ids.js';
import { Media } from '../http/media.js';
import { LIMITS } from '../limits.js';
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
  schema: z.strictObject({ ...posted, attachments: z.array(z.strictObject(Media.shape)).max(LIMITS.attachmentsMax) }),
});
export type MessagePosted = z.output<typeof MessagePosted.schema>;

/** A message has its place in the room. Published after the fan-out, at least once. */
export const MessageStored = defineEvent({
  type: 'message.stored.v1',
  topic: 'chat.stored',
  keyOf: (event) => event.roomId,
  schema: z.strictObject({
    roomId: RoomId,
    epoch: Epoch,
    seq: Seq,
    messageId: MessageId,
    senderId: UserId.nullable(),
    kind: z.enum(['user', 'system']),
    text: z.string(),
    createdAt: IsoTime,
  }),
});
export type MessageStored = z.output<typeof MessageStored.schema>;
