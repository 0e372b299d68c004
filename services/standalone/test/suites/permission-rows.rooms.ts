import { uniqueRoomName } from '@parley/testing';
import type { Person } from './permission-people.js';
import { LOGGED_IN, READERS, MEMBERS, MODERATORS, OWNERS, type Row } from './permission-row.js';
import { accept, type Scene } from './permission-scene.js';

const room = ({ roomId }: Scene) => ({ params: { id: roomId } });
const member = ({ roomId }: Scene, { id }: Person) => ({ params: { id: roomId, userId: id } });
const soon = () => new Date(Date.now() + 60_000).toISOString();

/** Of some browser: the example of RFC 8291. */
const PUSH_KEYS = {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
};

export const ROOMS: readonly Row[] = [
  { of: 'GET /api/chat/rooms', open: LOGGED_IN, attempt: ({ http }) => http.call('GET /api/chat/rooms') },
  {
    of: 'POST /api/chat/rooms',
    open: LOGGED_IN,
    attempt: ({ http }) => http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } }),
  },
  {
    of: 'POST /api/chat/direct',
    open: LOGGED_IN,
    attempt: ({ http }, { victim }) => http.call('POST /api/chat/direct', { body: { userId: victim.id } }),
  },
  { of: 'GET /api/chat/direct', open: LOGGED_IN, attempt: ({ http }) => http.call('GET /api/chat/direct') },
  { of: 'GET /api/chat/push/key', open: LOGGED_IN, attempt: ({ http }) => http.call('GET /api/chat/push/key') },
  {
    of: 'PUT /api/chat/push/subscription',
    open: LOGGED_IN,
    attempt: ({ http, id }) =>
      http.call('PUT /api/chat/push/subscription', { body: { endpoint: `https://push.example.org/${id}`, keys: PUSH_KEYS } }),
  },
  {
    of: 'DELETE /api/chat/push/subscription',
    open: LOGGED_IN,
    attempt: ({ http }) => http.call('DELETE /api/chat/push/subscription'),
  },
  { of: 'GET /api/chat/conversations', open: LOGGED_IN, attempt: ({ http }) => http.call('GET /api/chat/conversations') },
  { of: 'GET /api/chat/rooms/{id}', ...READERS, attempt: ({ http }, scene) => http.call('GET /api/chat/rooms/{id}', room(scene)) },
  {
    of: 'PATCH /api/chat/rooms/{id}',
    what: 'topic',
    ...MODERATORS,
    attempt: ({ http }, scene) => http.call('PATCH /api/chat/rooms/{id}', { ...room(scene), body: { topic: 'new' } }),
  },
  {
    of: 'PATCH /api/chat/rooms/{id}',
    what: 'visibility',
    ...OWNERS,
    isFresh: true,
    attempt: ({ http }, scene) => http.call('PATCH /api/chat/rooms/{id}', { ...room(scene), body: { visibility: 'public' } }),
  },
  {
    of: 'DELETE /api/chat/rooms/{id}',
    ...OWNERS,
    isFresh: true,
    attempt: ({ http }, scene) => http.call('DELETE /api/chat/rooms/{id}', room(scene)),
  },
  {
    of: 'POST /api/chat/rooms/{id}/join',
    ...READERS,
    isFresh: true,
    attempt: ({ http }, scene) => http.call('POST /api/chat/rooms/{id}/join', room(scene)),
  },
  {
    of: 'POST /api/chat/rooms/{id}/leave',
    open: 'U++B+++++L',
    closed: 'U44B4+++4L',
    isFresh: true,
    attempt: ({ http }, scene) => http.call('POST /api/chat/rooms/{id}/leave', room(scene)),
  },
  {
    of: 'GET /api/chat/rooms/{id}/members',
    ...READERS,
    attempt: ({ http }, scene) => http.call('GET /api/chat/rooms/{id}/members', room(scene)),
  },
  {
    of: 'PUT /api/chat/rooms/{id}/members/{userId}',
    ...OWNERS,
    attempt: ({ http }, scene) =>
      http.call('PUT /api/chat/rooms/{id}/members/{userId}', { ...member(scene, scene.victim), body: { role: 'member' } }),
  },
  {
    of: 'PATCH /api/chat/rooms/{id}/members/{userId}',
    ...MODERATORS,
    attempt: ({ http }, scene) =>
      http.call('PATCH /api/chat/rooms/{id}/members/{userId}', { ...member(scene, scene.victim), body: { mutedUntil: soon() } }),
  },
  {
    of: 'PATCH /api/chat/rooms/{id}/members/{userId}',
    what: 'of an owner',
    open: 'UMMBMFFF++',
    closed: 'U44B4FFF4+',
    attempt: async ({ http, id }, scene) => {
      // Nobody can give himself the word; that is bad input, and no question of rights.
      const whom = id === scene.owner.id ? scene.victim : scene.owner;
      await http.call('PATCH /api/chat/rooms/{id}/members/{userId}', { ...member(scene, whom), body: { mutedUntil: null } });
    },
  },
  {
    of: 'DELETE /api/chat/rooms/{id}/members/{userId}',
    ...MODERATORS,
    isFresh: true,
    needsRoom: true,
    attempt: async ({ http }, scene) => {
      await accept(scene.victim, scene.code);
      await http.call('DELETE /api/chat/rooms/{id}/members/{userId}', member(scene, scene.victim));
    },
  },
  {
    of: 'DELETE /api/chat/rooms/{id}/members/{userId}',
    what: 'of the last owner',
    open: 'UMMBMFFFLL',
    closed: 'U44B4FFF4L',
    attempt: ({ http }, scene) => http.call('DELETE /api/chat/rooms/{id}/members/{userId}', member(scene, scene.owner)),
  },
  {
    of: 'DELETE /api/chat/rooms/{id}/members/{userId}',
    what: 'with a ban',
    ...MODERATORS,
    attempt: ({ http }, scene) =>
      http.call('DELETE /api/chat/rooms/{id}/members/{userId}', { ...member(scene, scene.outsider), query: { ban: 'true' } }),
  },
  {
    of: 'GET /api/chat/rooms/{id}/bans',
    ...MODERATORS,
    attempt: ({ http }, scene) => http.call('GET /api/chat/rooms/{id}/bans', room(scene)),
  },
  {
    of: 'DELETE /api/chat/rooms/{id}/bans/{userId}',
    ...MODERATORS,
    attempt: ({ http }, scene) => http.call('DELETE /api/chat/rooms/{id}/bans/{userId}', member(scene, scene.outsider)),
  },
  {
    of: 'POST /api/chat/rooms/{id}/invites',
    ...MODERATORS,
    attempt: ({ http }, scene) => http.call('POST /api/chat/rooms/{id}/invites', { ...room(scene), body: {} }),
  },
  {
    of: 'GET /api/chat/rooms/{id}/invites',
    ...MODERATORS,
    attempt: ({ http }, scene) => http.call('GET /api/chat/rooms/{id}/invites', room(scene)),
  },
  {
    of: 'DELETE /api/chat/rooms/{id}/invites/{code}',
    ...MODERATORS,
    needsRoom: true,
    attempt: async ({ http }, scene) => {
      const { code } = await scene.owner.http.call('POST /api/chat/rooms/{id}/invites', { ...room(scene), body: {} });
      await http.call('DELETE /api/chat/rooms/{id}/invites/{code}', { params: { id: scene.roomId, code } });
    },
  },
  {
    of: 'POST /api/invites/{code}',
    open: READERS.open,
    closed: READERS.open,
    isFresh: true,
    attempt: (who, { code }) => accept(who, code),
  },
  {
    of: 'PUT /api/chat/rooms/{id}/notifications',
    ...MEMBERS,
    attempt: ({ http }, scene) => http.call('PUT /api/chat/rooms/{id}/notifications', { ...room(scene), body: { notify: 'all' } }),
  },
  {
    of: 'PUT /api/chat/rooms/{id}/read',
    ...MEMBERS,
    attempt: ({ http }, scene) => http.call('PUT /api/chat/rooms/{id}/read', { ...room(scene), body: { seq: 1 } }),
  },
  {
    of: 'PUT /api/chat/rooms/{id}/favourite',
    ...MEMBERS,
    attempt: ({ http }, scene) => http.call('PUT /api/chat/rooms/{id}/favourite', { ...room(scene), body: { favourite: true } }),
  },
  {
    of: 'GET /api/chat/rooms/{id}/unread',
    ...MEMBERS,
    attempt: ({ http }, scene) => http.call('GET /api/chat/rooms/{id}/unread', room(scene)),
  },
  {
    of: 'PUT /api/chat/rooms/{id}/draft',
    ...MEMBERS,
    attempt: ({ http }, scene) => http.call('PUT /api/chat/rooms/{id}/draft', { ...room(scene), body: { text: 'well,' } }),
  },
  { of: 'GET /api/chat/drafts', open: LOGGED_IN, attempt: ({ http }) => http.call('GET /api/chat/drafts') },
  { of: 'POST /api/chat/read', open: LOGGED_IN, attempt: ({ http }) => http.call('POST /api/chat/read') },
  {
    // Of rooms that one is not in there is no marker: nothing moves, and nothing is said about them.
    of: 'POST /api/chat/read/undo',
    open: LOGGED_IN,
    attempt: async ({ http }, { roomId }) => {
      const { rooms } = await http.call('POST /api/chat/read/undo', { body: { rooms: [{ roomId, from: 0, readSeq: 999 }] } });
      if (rooms.length > 0) throw new Error('a marker moved that nobody had set');
    },
  },
];
