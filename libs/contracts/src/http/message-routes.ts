import { z } from 'zod';
import { MessageId, RoomId } from '../ids.js';
import { HistoryAnswer, HistoryQuery, Message, PostMessageQuery, PostMessageRequest, PostedAnswer } from './messages.js';
import { ROOM_ERRORS, type Route } from './route.js';
import { RoomParams } from './room-routes.js';

export const MessageParams = z.object({ id: RoomId, messageId: MessageId });

export const MESSAGE_ROUTES = [
  {
    method: 'GET',
    path: '/api/chat/rooms/{id}/messages',
    service: 'messages',
    summary: 'History, by position',
    auth: 'bearer',
    params: RoomParams,
    query: HistoryQuery,
    answers: { 200: HistoryAnswer },
    errors: ROOM_ERRORS,
  },
  {
    method: 'POST',
    path: '/api/chat/rooms/{id}/messages',
    service: 'messages',
    summary: 'Post a message',
    auth: 'bearer',
    params: RoomParams,
    query: PostMessageQuery,
    body: PostMessageRequest,
    answers: { 201: Message, 202: PostedAnswer },
    errors: [
      ...ROOM_ERRORS,
      'NOT_A_MEMBER',
      'ROOM_ARCHIVED',
      'MESSAGE_NOT_FOUND',
      'MEDIA_NOT_ATTACHABLE',
      'ORIGIN_REFUSED',
      'BUSY',
      'UNCONFIRMED',
    ],
  },
] as const satisfies readonly Route[];
