import { z } from 'zod';
import { GENERAL_ROOM_NAME } from '../http/rooms.js';
import { IsoTime, MediaId, MessageId, RoomId, Seq, Uuid } from '../ids.js';
import { RoomName } from '../text.js';

/** How the classic routes and events (`docs/api` §6) name a room: by its id, or by its name if it is public. */
export const RoomLabel = z.union([Uuid, RoomName]).meta({ id: 'RoomLabel' });
/** The room of who names none. */
export const DefaultRoomLabel = RoomLabel.default(GENERAL_ROOM_NAME);

/** An attachment; `filename` is what `/uploads/` knows it by. */
export const ClassicFile = z
  .object({ url: z.string(), filename: z.string(), type: z.string(), size: z.number().int().nonnegative() })
  .meta({ id: 'ClassicFile' });
export type ClassicFile = z.output<typeof ClassicFile>;

/** `files` is there when a message has several; `file` is then the first of them. */
const files = { file: ClassicFile.optional(), files: z.array(ClassicFile).optional() };

/** A line of `/chat_history`. `room` is the public name, else the id. */
export const ClassicLine = z
  .object({
    id: MessageId,
    room: z.string(),
    username: z.string(),
    avatar: z.string(),
    message: z.string(),
    timestamp: IsoTime,
    ...files,
  })
  .meta({ id: 'ClassicLine' });
export type ClassicLine = z.output<typeof ClassicLine>;

/** Payload of `message` and `receive_message`, and a line of `history`. */
export const ClassicMessage = ClassicLine.extend({ seq: Seq }).meta({ id: 'ClassicMessage' });
export type ClassicMessage = z.output<typeof ClassicMessage>;

/** A line of `/get_messages/:chatId`. */
export const ClassicChatLine = z
  .object({
    id: MessageId,
    chat_id: RoomId,
    user_id: Uuid.nullable(),
    username: z.string(),
    message_text: z.string(),
    sent_at: IsoTime,
    ...files,
  })
  .meta({ id: 'ClassicChatLine' });
export type ClassicChatLine = z.output<typeof ClassicChatLine>;

/** A private chat of `/chats`; what is null has not begun. */
export const ClassicChat = z
  .object({ id: RoomId, name: z.string(), last_message: z.string().nullable(), sent_at: IsoTime.nullable() })
  .meta({ id: 'ClassicChat' });
export type ClassicChat = z.output<typeof ClassicChat>;

/** What `/uploads/:filename` is asked for: the id of the file, then its name. */
export const ClassicUploadName = z
  .string()
  .regex(/^[0-9a-f-]{36}(?:-.*)?$/i, 'is not the name of an upload')
  .transform((text) => text.slice(0, 36))
  .pipe(MediaId);
