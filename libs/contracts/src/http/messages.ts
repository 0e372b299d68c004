import { z } from 'zod';
import { ToldAnnouncement } from '../announcement.js';
import { ClientMsgId, Epoch, IsoTime, MediaId, MessageId, RoomId, Seq, UserId } from '../ids.js';
import { Emoji } from '../emoji.js';
import { LIMITS } from '../limits.js';
import { Mentions } from '../mentions.js';
import { MessageText, isBlank } from '../text.js';
import { Sender } from './accounts.js';
import { Media } from './media.js';
import { limit } from './paging.js';

/** The message that is answered, as it is now; `rev` tells a newer quote from an older one. */
export const ReplyQuote = z
  .object({
    id: MessageId,
    seq: Seq,
    sender: Sender.nullable(),
    text: z.string(),
    rev: z.number().int().nonnegative(),
    deletedAt: IsoTime.nullable(),
  })
  .meta({ id: 'ReplyQuote' });
export type ReplyQuote = z.output<typeof ReplyQuote>;

/** `userIds`: the first ones. */
export const Reaction = z.object({ emoji: z.string(), count: z.number().int(), userIds: z.array(UserId) }).meta({ id: 'Reaction' });
export type Reaction = z.output<typeof Reaction>;

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
    announcement: ToldAnnouncement,
    replyTo: ReplyQuote.nullable(),
    attachments: z.array(Media),
    mentions: Mentions,
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
    /** Changes (edits, deletions, reactions) that the room has seen so far; see `room:open`. */
    changes: Seq,
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

/** White space alone is nothing; no text at all is for messages with an attachment. */
const EditedText = MessageText.refine((text) => text === '' || !isBlank(text), 'must not be empty');

export const EditMessageRequest = z.strictObject({ text: EditedText }).meta({ id: 'EditMessageRequest' });
export type EditMessageRequest = z.output<typeof EditMessageRequest>;

export const EditMessage = z.strictObject({ roomId: RoomId, messageId: MessageId, text: EditedText }).meta({ id: 'EditMessage' });
export type EditMessage = z.output<typeof EditMessage>;

export const DeleteMessage = z.strictObject({ roomId: RoomId, messageId: MessageId }).meta({ id: 'DeleteMessage' });
export type DeleteMessage = z.output<typeof DeleteMessage>;

export const ReactToMessage = z
  .strictObject({ roomId: RoomId, messageId: MessageId, emoji: Emoji, on: z.boolean() })
  .meta({ id: 'ReactToMessage' });
export type ReactToMessage = z.output<typeof ReactToMessage>;

/** `editedAt` of the first one is when the message was posted. */
export const Revision = z.object({ rev: z.number().int().nonnegative(), text: z.string(), editedAt: IsoTime }).meta({ id: 'Revision' });
export type Revision = z.output<typeof Revision>;
export const RevisionsAnswer = z.object({ revisions: z.array(Revision) }).meta({ id: 'RevisionsAnswer' });
export type RevisionsAnswer = z.output<typeof RevisionsAnswer>;
