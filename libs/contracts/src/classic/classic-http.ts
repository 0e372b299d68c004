import { z } from 'zod';
import { limit } from '../http/paging.js';
import { LIMITS } from '../limits.js';
import { MessageText, isBlank } from '../text.js';
import { DefaultRoomLabel, RoomLabel } from './classic-messages.js';

// Unknown fields and parameters of classic calls are ignored, so nothing here is strict.

const pageSize = limit(LIMITS.pageMax, LIMITS.pageMax);

/** Of a form or of JSON. Some of the old clients call the name `login`. */
export const ClassicAccountForm = z.object({
  username: z.unknown().optional(),
  login: z.unknown().optional(),
  password: z.unknown().optional(),
});
export type ClassicAccountForm = z.output<typeof ClassicAccountForm>;

export const ChatHistoryQuery = z.object({ room: DefaultRoomLabel, limit: pageSize });
export type ChatHistoryQuery = z.output<typeof ChatHistoryQuery>;

export const GetMessagesParams = z.object({ chatId: RoomLabel });
export const GetMessagesQuery = z.object({ limit: pageSize });
export type GetMessagesQuery = z.output<typeof GetMessagesQuery>;

export const ClassicSendRequest = z
  .object({ chat_id: RoomLabel, message_text: MessageText.optional(), message: MessageText.optional() })
  .transform(({ chat_id: chatId, message_text: text, message = '' }) => ({ chatId, text: text ?? message }))
  .refine(({ text }) => !isBlank(text), { message: 'must not be empty', path: ['message_text'] })
  .meta({ id: 'ClassicSendRequest' });
export type ClassicSendRequest = z.output<typeof ClassicSendRequest>;
