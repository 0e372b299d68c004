import { TEST_PASSWORD, uniqueUsername } from '@parley/testing';
import { ANYONE, LOGGED_IN, READERS, WRITERS, READERS_OF_FILES, type Row } from './permission-row.js';
import { upload } from './permission-scene.js';

const json = (body: unknown) => ({ method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

export const ACCOUNTS: readonly Row[] = [
  {
    of: 'POST /api/register',
    open: ANYONE,
    attempt: ({ old }) => fetchOk(`${old.url}/api/register`, json({ username: uniqueUsername(), password: TEST_PASSWORD })),
  },
  {
    of: 'POST /api/login',
    open: ANYONE,
    attempt: ({ old }, { victim }) =>
      fetchOk(`${old.url}/api/login`, json({ username: victim.http.user!.username, password: TEST_PASSWORD })),
  },
  { of: 'POST /api/refresh', open: LOGGED_IN, attempt: ({ http }) => http.refresh() },
  { of: 'GET /api/me', open: LOGGED_IN, attempt: ({ http }) => http.call('GET /api/me') },
  { of: 'PATCH /api/me', open: LOGGED_IN, attempt: ({ http }) => http.call('PATCH /api/me', { body: { bio: 'me' } }) },
  { of: 'GET /api/sessions', open: LOGGED_IN, attempt: ({ http }) => http.call('GET /api/sessions') },
  {
    of: 'DELETE /api/sessions/{id}',
    what: 'of somebody else',
    open: 'UOOOOOOOOO',
    attempt: async ({ http }, { victim }) => {
      const { sessions } = await victim.http.call('GET /api/sessions');
      await http.call('DELETE /api/sessions/{id}', { params: { id: sessions[0]!.id } });
    },
  },
  { of: 'GET /api/users', open: LOGGED_IN, attempt: ({ http }) => http.call('GET /api/users', { query: { query: 'a' } }) },
  {
    of: 'GET /api/users/{id}',
    open: LOGGED_IN,
    attempt: ({ http }, { victim }) => http.call('GET /api/users/{id}', { params: { id: victim.id } }),
  },
  {
    of: 'GET /api/users/{id}/avatar',
    open: ANYONE,
    attempt: ({ http }, { victim }) => http.call('GET /api/users/{id}/avatar', { params: { id: victim.id } }),
  },
  { of: 'GET /.well-known/jwks.json', open: ANYONE, attempt: ({ http }) => http.call('GET /.well-known/jwks.json') },
];

export const CLASSIC: readonly Row[] = [
  // A page holds nothing of anybody, so that a cookie is enough for it, even one that is worth nothing any more.
  { of: 'GET /', open: ANYONE, attempt: (who) => who.visit('/') },
  { of: 'GET /chat', open: ANYONE, attempt: (who) => who.visit('/chat') },
  { of: 'GET /ChatPage', open: ANYONE, attempt: (who) => who.visit('/ChatPage') },
  { of: 'GET /register', open: ANYONE, attempt: (who) => who.visit('/register') },
  { of: 'GET /login', open: ANYONE, attempt: (who) => who.visit('/login') },
  {
    of: 'POST /register',
    open: ANYONE,
    attempt: ({ old }) => fetchOk(`${old.url}/register`, json({ username: uniqueUsername(), password: TEST_PASSWORD })),
  },
  {
    of: 'POST /login',
    open: ANYONE,
    attempt: ({ old }, { victim }) => fetchOk(`${old.url}/login`, json({ login: victim.http.user!.username, password: TEST_PASSWORD })),
  },
  { of: 'GET /chat_history', ...READERS, attempt: (who, { roomId }) => who.visit(`/chat_history?room=${roomId}`) },
  { of: 'GET /get_messages/:chatId', ...READERS, attempt: (who, { roomId }) => who.visit(`/get_messages/${roomId}`) },
  { of: 'GET /chats', open: LOGGED_IN, attempt: (who) => who.visit('/chats') },
  {
    of: 'POST /send_message',
    ...WRITERS,
    attempt: (who, { roomId }) => who.visit('/send_message', json({ chat_id: roomId, message: 'hello' })),
  },
  { of: 'POST /upload', ...WRITERS, attempt: (who, { roomId }) => upload(who, '/upload', { room: roomId }) },
  {
    of: 'GET /uploads/:filename',
    ...READERS_OF_FILES,
    attempt: async (who, { media }) => {
      const { headers } = await who.visit(`/uploads/${media.id}-${media.name}`);
      await who.visit(headers.get('location')!);
    },
  },
  { of: 'classic join', ...READERS, isFresh: true, attempt: (who, { roomId }) => who.say('join', { room: roomId }) },
  { of: 'classic leave', ...READERS, attempt: (who, { roomId }) => who.say('leave', { room: roomId }) },
  { of: 'classic message', ...WRITERS, attempt: (who, { roomId }) => who.say('message', { room: roomId, message: 'hello' }) },
  { of: 'classic send_message', ...WRITERS, attempt: (who, { roomId }) => who.say('send_message', { room: roomId, message: 'hello' }) },
  { of: 'classic load_history', ...READERS, attempt: (who, { roomId }) => who.say('load_history', { room: roomId }) },
];

/** Behind these somebody is no longer who he was. */
export const ENDS: readonly Row[] = [
  {
    of: 'POST /api/me/password',
    open: LOGGED_IN,
    attempt: ({ http }) =>
      http.call('POST /api/me/password', { body: { currentPassword: TEST_PASSWORD, newPassword: `${TEST_PASSWORD}!` } }),
  },
  { of: 'DELETE /api/sessions', open: LOGGED_IN, attempt: ({ http }) => http.call('DELETE /api/sessions') },
  { of: 'GET /logout', open: ANYONE, attempt: ({ old }) => fetchOk(`${old.url}/logout`, { headers: { cookie: old.cookie } }) },
  { of: 'POST /api/logout', open: LOGGED_IN, attempt: ({ http }) => http.call('POST /api/logout') },
];

async function fetchOk(url: string, init: RequestInit): Promise<void> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  if (response.status >= 400) throw Object.assign(new Error(url), { code: ((await response.json()) as { code: string }).code });
}
