import { z } from 'zod';
import { Emoji } from '../emoji.js';
import { MessageId, RoomId } from '../ids.js';
import {
  EditMessageRequest,
  HistoryAnswer,
  HistoryQuery,
  Message,
  PostMessageQuery,
  PostMessageRequest,
  PostedAnswer,
  RevisionsAnswer,
} from './messages.js';
import { ROOM_ERRORS, type Route } from './route.js';
import { RoomParams } from './room-routes.js';
import { SearchAnswer, SearchQuery } from './search.js';

export const MessageParams = z.object({ id: RoomId, messageId: MessageId });
export const ReactionParams = MessageParams.extend({ emoji: Emoji });

/** What any change of a message may answer. */
const CHANGE_ERRORS = [
  ...ROOM_ERRORS,
  'NOT_A_MEMBER',
  'MUTED',
  'ROOM_ARCHIVED',
  'MESSAGE_NOT_FOUND',
  'MESSAGE_DELETED',
  'ORIGIN_REFUSED',
  'BUSY',
  'UNCONFIRMED',
] as const;

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
      'MUTED',
      'ROOM_ARCHIVED',
      'MESSAGE_NOT_FOUND',
      'MEDIA_NOT_ATTACHABLE',
      'ORIGIN_REFUSED',
      'BUSY',
      'UNCONFIRMED',
    ],
  },
  {
    method: 'PATCH',
    path: '/api/chat/rooms/{id}/messages/{messageId}',
    service: 'messages',
    summary: 'Edit a message of one’s own',
    auth: 'bearer',
    params: MessageParams,
    body: EditMessageRequest,
    answers: { 200: Message },
    errors: [...CHANGE_ERRORS, 'FORBIDDEN'],
  },
  {
    method: 'DELETE',
    path: '/api/chat/rooms/{id}/messages/{messageId}',
    service: 'messages',
    summary: 'Delete a message, for good',
    auth: 'bearer',
    params: MessageParams,
    answers: { 200: Message },
    errors: [...CHANGE_ERRORS, 'FORBIDDEN'],
  },
  {
    method: 'GET',
    path: '/api/chat/rooms/{id}/messages/{messageId}/revisions',
    service: 'messages',
    summary: 'What a message said before, oldest first',
    auth: 'bearer',
    params: MessageParams,
    answers: { 200: RevisionsAnswer },
    errors: [...ROOM_ERRORS, 'MESSAGE_NOT_FOUND'],
  },
  {
    method: 'PUT',
    path: '/api/chat/rooms/{id}/messages/{messageId}/reactions/{emoji}',
    service: 'messages',
    summary: 'React to a message',
    auth: 'bearer',
    params: ReactionParams,
    answers: { 204: null },
    errors: CHANGE_ERRORS,
  },
  {
    method: 'DELETE',
    path: '/api/chat/rooms/{id}/messages/{messageId}/reactions/{emoji}',
    service: 'messages',
    summary: 'Take a reaction back',
    auth: 'bearer',
    params: ReactionParams,
    answers: { 204: null },
    errors: CHANGE_ERRORS,
  },
  {
    method: 'GET',
    path: '/api/search',
    service: 'messages',
    summary: 'Find messages in all rooms that the caller may read',
    auth: 'bearer',
    query: SearchQuery,
    answers: { 200: SearchAnswer },
    errors: [...ROOM_ERRORS, 'USER_NOT_FOUND', 'BUSY'],
  },
] as const satisfies readonly Route[];
