import { z } from 'zod';
import { LoginRequest, RegisterAnswer, RegisterRequest, SessionAnswer } from '../http/accounts.js';
import { ROOM_ERRORS, type Route } from '../http/route.js';
import { MessageId } from '../ids.js';
import { ChatHistoryQuery, ClassicSendRequest, GetMessagesParams, GetMessagesQuery } from './classic-http.js';
import { ClassicChat, ClassicChatLine, ClassicFile, ClassicLine } from './classic-messages.js';

const PAGE = 'text/html';
const FORM_OR_JSON = ['application/x-www-form-urlencoded', 'application/json'] as const;

/** What posting into a room may answer. */
const POSTING_ERRORS = [
  ...ROOM_ERRORS,
  'NOT_A_MEMBER',
  'MUTED',
  'FORBIDDEN',
  'ROOM_ARCHIVED',
  'BUSY',
  'UNCONFIRMED',
  'ORIGIN_REFUSED',
] as const;

/** The routes of the earlier applications and the pages, by cookie. Unknown fields and parameters are ignored. */
export const CLASSIC_ROUTES = [
  {
    method: 'GET',
    path: '/',
    service: 'web',
    summary: 'To the chat with a session, else to the log-in',
    auth: 'none',
    answers: { 302: null },
    errors: [],
  },
  ...(['/register', '/login'] as const).map(
    (path) =>
      ({
        method: 'GET',
        path,
        service: 'web',
        summary: 'The web client; without JavaScript a form that works',
        auth: 'none',
        answers: { 200: PAGE, 304: null },
        errors: [],
      }) as const,
  ),
  ...(['/chat', '/ChatPage'] as const).map(
    (path) =>
      ({
        method: 'GET',
        path,
        service: 'web',
        summary: 'The web client; without a session to the log-in',
        auth: 'none',
        answers: { 200: PAGE, 302: null, 304: null },
        errors: [],
      }) as const,
  ),
  {
    method: 'POST',
    path: '/register',
    service: 'web',
    summary: 'Create an account: a form is answered with a cookie and the way to the chat, JSON as under /api/register',
    auth: 'none',
    body: RegisterRequest,
    bodyType: FORM_OR_JSON,
    answers: { 200: PAGE, 201: RegisterAnswer, 303: null },
    errors: ['USERNAME_TAKEN', 'ORIGIN_REFUSED', 'BUSY'],
  },
  {
    method: 'POST',
    path: '/login',
    service: 'web',
    summary: 'Log in: a form is answered with a cookie and the way to the chat, JSON as under /api/login',
    auth: 'none',
    body: LoginRequest,
    bodyType: FORM_OR_JSON,
    answers: { 200: SessionAnswer, 303: null },
    errors: ['INVALID_CREDENTIALS', 'ORIGIN_REFUSED', 'BUSY'],
  },
  {
    method: 'GET',
    path: '/logout',
    service: 'web',
    summary: 'End the session; a link on another site is only asked',
    auth: 'none',
    answers: { 200: PAGE, 302: null },
    errors: [],
  },
  {
    method: 'GET',
    path: '/chat_history',
    service: 'web',
    summary: 'Newest messages of a room, oldest first',
    auth: 'cookie',
    query: ChatHistoryQuery,
    answers: { 200: z.array(ClassicLine) },
    errors: ROOM_ERRORS,
  },
  {
    method: 'GET',
    path: '/get_messages/{chatId}',
    service: 'web',
    summary: 'Newest messages of a room or private chat, oldest first',
    auth: 'cookie',
    params: GetMessagesParams,
    query: GetMessagesQuery,
    answers: { 200: z.array(ClassicChatLine) },
    errors: ROOM_ERRORS,
  },
  {
    method: 'GET',
    path: '/chats',
    service: 'web',
    summary: 'All private chats',
    auth: 'cookie',
    answers: { 200: z.array(ClassicChat) },
    errors: [],
  },
  {
    method: 'POST',
    path: '/send_message',
    service: 'web',
    summary: 'Post a message; answered when it is stored',
    auth: 'cookie',
    body: ClassicSendRequest,
    answers: { 200: z.object({ status: z.literal('ok'), id: MessageId }) },
    errors: POSTING_ERRORS,
  },
  {
    method: 'POST',
    path: '/upload',
    service: 'web',
    summary: 'Upload a file, and with a room post it there',
    auth: 'cookie',
    body: z.object({ file: z.file(), room: z.string().optional() }),
    bodyType: 'multipart/form-data',
    answers: { 200: ClassicFile },
    errors: [...POSTING_ERRORS, 'MEDIA_TYPE_REFUSED', 'MEDIA_UNREADABLE'],
  },
  {
    method: 'GET',
    path: '/uploads/{filename}',
    service: 'web',
    summary: 'To the file, for whoever may see it',
    auth: 'cookie',
    params: z.object({ filename: z.string() }),
    answers: { 302: null },
    errors: ['MEDIA_NOT_FOUND'],
  },
] as const satisfies readonly Route[];
