import { z } from 'zod';
import { ClientMsgId, Epoch, IsoTime, MediaId, MessageId, RoomId, Seq, UserId } from '../ids.js';
import { LIMITS } from '../limits.js';
import { MessageText, isBlank } from '../text.js';
import { Sender } from './accounts.js';
import { Media } from './media.js';
import { limit } from './paging.js';

export const ReplyQuote = z.object({ id: MessageId, seq: Seq, sender: Sender.nullable(), text: z.string() }).meta({ id: 'ReplyQuote' });
export type ReplyQuote = z.output<typeof ReplyQuote>;

export const Reaction = z.object({ emoji: z.string(), count: z.number().int(), userIds: z.array(UserId) }).meta({ id: 'Reaction' });

/** The same JSON for every recipient. */
export const Message = z
  .object({
    id: MessageId,
    roomId: RoomId,
    seq: Seq,
    rev: z.number().int().nonnegative(),
    clientMsgId: ClientMsgId,
    kind: z.enum(['user', 'system']),
    sender: Sender.nullable(),
    text: z.string(),
    replyTo: ReplyQuote.nullable(),
    attachments: z.array(Media),
    mentions: z.object({ userIds: z.array(UserId), everyone: z.boolean() }),
    reactions: z.array(Reaction),
    createdAt: IsoTime,
    editedAt: IsoTime.nullable(),
    deletedAt: IsoTime.nullable(),
  })
  .meta({ id: 'Message' });
export type Message = z.output<typeof Message>;

/** Code points of the quoted text in `replyTo`. */
export const QUOTE_MAX = 200;

const seqParam = z
  .string()
  .regex(/^[0-9]{1,16}$/, 'must be a whole number')
  .transform(Number)
  .pipe(Seq)
  .meta({ type: 'integer', minimum: 0 });

export const HistoryQuery = z
  .strictObject({
    before: seqParam.optional(),
    after: seqParam.optional(),
    around: seqParam.optional(),
    limit: limit(LIMITS.pageMax, LIMITS.pageDefault),
  })
  .refine((query) => [query.before, query.after, query.around].filter((position) => position !== undefined).length <= 1, {
    message: 'give only one of before, after and around',
    path: ['before'],
  });
export type HistoryQuery = z.output<typeof HistoryQuery>;

export const HistoryAnswer = z
  .object({
    roomId: RoomId,
    epoch: Epoch,
    head: Seq,
    messages: z.array(Message),
    hasMoreBefore: z.boolean(),
    hasMoreAfter: z.boolean(),
  })
  .meta({ id: 'HistoryAnswer' });
export type HistoryAnswer = z.output<typeof HistoryAnswer>;

const postFields = {
  text: MessageText.default(''),
  replyTo: MessageId.nullish(),
  attachments: z.array(MediaId).max(LIMITS.attachmentsMax).optional(),
};

const hasContent = (message: { text: string; attachments?: string[] | undefined }) =>
  !isBlank(message.text) || (message.text === '' && (message.attachments?.length ?? 0) > 0);

/** A message from its author's side; `message:send` adds the room and makes `clientMsgId` obligatory. */
export const PostMessageRequest = z
  .strictObject({ clientMsgId: ClientMsgId.optional(), ...postFields })
  .refine(hasContent, { message: 'must not be empty', path: ['text'] })
  .meta({ id: 'PostMessageRequest' });
export type PostMessageRequest = z.output<typeof PostMessageRequest>;

export const SendMessage = z
  .strictObject({ roomId: RoomId, clientMsgId: ClientMsgId, ...postFields })
  .refine(hasContent, { message: 'must not be empty', path: ['text'] })
  .meta({ id: 'SendMessage' });
export type SendMessage = z.output<typeof SendMessage>;

export const PostMessageQuery = z.strictObject({ wait: z.literal('stored').optional() });
export type PostMessageQuery = z.output<typeof PostMessageQuery>;

export const PostedAnswer = z
  .object({ messageId: MessageId, clientMsgId: ClientMsgId, roomId: RoomId, acceptedAt: IsoTime })
  .meta({ id: 'PostedAnswer' });
export type PostedAnswer = z.output<typeof PostedAnswer>;
