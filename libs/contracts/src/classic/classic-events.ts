import { z } from 'zod';
import { MessageId, RoomId, Seq } from '../ids.js';
import { LIMITS } from '../limits.js';
import { MessageText, isBlank } from '../text.js';
import { ClassicMessage, DefaultRoomLabel, RoomLabel } from './classic-messages.js';

/** The room alone, or an object that names it. */
const namedRoom = z.union([RoomLabel.transform((room) => ({ room })), z.object({ room: RoomLabel })]);

/** `socket.send('hello')` of old clients is the event `message` with a text as its payload. */
const message = z
  .union([
    MessageText.transform((text) => ({ room: undefined, message: text, text: undefined })),
    z.object({ room: RoomLabel.optional(), message: MessageText.optional(), text: MessageText.optional() }),
  ])
  .transform((payload) => ({ room: DefaultRoomLabel.parse(payload.room), text: payload.message ?? payload.text ?? '' }))
  .refine(({ text }) => !isBlank(text), { message: 'must not be empty', path: ['message'] });

const LoadHistory = z.object({
  room: DefaultRoomLabel,
  before: Seq.optional(),
  limit: z
    .number()
    .int()
    .positive()
    .default(LIMITS.pageDefault)
    .transform((count) => Math.min(count, LIMITS.pageMax)),
});

export const ClassicHistory = z.object({ room: z.string(), messages: z.array(ClassicMessage) }).meta({ id: 'ClassicHistory' });
export type ClassicHistory = z.output<typeof ClassicHistory>;

export const ClassicNotification = z
  .object({ room: z.string(), username: z.string(), type: z.enum(['join', 'leave']), message: z.string() })
  .meta({ id: 'ClassicNotification' });
export type ClassicNotification = z.output<typeof ClassicNotification>;

const joinedRoom = z.object({ room: z.string(), roomId: RoomId });
const stored = z.object({ id: MessageId });

/** What a socket that came in by its cookie may send; payloads may carry more, which is ignored. */
export const CLASSIC_CLIENT_EVENTS = {
  join: { payload: namedRoom, data: joinedRoom },
  leave: { payload: namedRoom, data: joinedRoom },
  message: { payload: message, data: stored },
  send_message: { payload: message, data: stored },
  load_history: { payload: LoadHistory.default(LoadHistory.parse({})), data: ClassicHistory },
} as const;

export type ClassicEventName = keyof typeof CLASSIC_CLIENT_EVENTS;
export type ClassicPayload<E extends ClassicEventName> = z.output<(typeof CLASSIC_CLIENT_EVENTS)[E]['payload']>;
export type ClassicAnswer<E extends ClassicEventName> = z.output<(typeof CLASSIC_CLIENT_EVENTS)[E]['data']>;

/** What such a socket is sent. Every message comes under both names, because some clients know only one of them. */
export const CLASSIC_SERVER_EVENTS = {
  message: ClassicMessage,
  receive_message: ClassicMessage,
  history: ClassicHistory,
  notification: ClassicNotification,
} as const;

export type ClassicServerEventName = keyof typeof CLASSIC_SERVER_EVENTS;
export type ClassicServerPayload<E extends ClassicServerEventName> = z.output<(typeof CLASSIC_SERVER_EVENTS)[E]>;
