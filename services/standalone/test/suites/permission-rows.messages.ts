import { newClientMsgId } from '@parley/testing';
import type { Person } from './permission-people.js';
import { LOGGED_IN, READERS, MEMBERS, WRITERS, MODERATORS, READERS_OF_FILES, type Row } from './permission-row.js';
import { upload, type Scene } from './permission-scene.js';

const room = ({ roomId }: Scene) => ({ params: { id: roomId } });
const message = ({ roomId, messageId }: Scene) => ({ params: { id: roomId, messageId } });
const ownMessage = ({ roomId, messageId, ownMessages }: Scene, { id }: Person) => ({ roomId, messageId: ownMessages.get(id) ?? messageId });
const reaction = ({ roomId, messageId }: Scene) => ({ params: { id: roomId, messageId, emoji: '👍' } });

export const MESSAGES: readonly Row[] = [
  {
    of: 'GET /api/chat/rooms/{id}/messages',
    ...READERS,
    attempt: ({ http }, scene) => http.call('GET /api/chat/rooms/{id}/messages', room(scene)),
  },
  {
    of: 'POST /api/chat/rooms/{id}/messages',
    ...WRITERS,
    attempt: ({ http }, scene) => http.call('POST /api/chat/rooms/{id}/messages', { ...room(scene), body: { text: 'hello' } }),
  },
  {
    of: 'PATCH /api/chat/rooms/{id}/messages/{messageId}',
    what: 'of the owner',
    open: 'UMMBMFSFM+',
    closed: 'U44B4FSF4+',
    attempt: ({ http }, scene) =>
      http.call('PATCH /api/chat/rooms/{id}/messages/{messageId}', { ...message(scene), body: { text: 'edited' } }),
  },
  {
    of: 'PATCH /api/chat/rooms/{id}/messages/{messageId}',
    what: 'of one’s own',
    ...WRITERS,
    attempt: (who, scene) => {
      const { roomId, messageId } = ownMessage(scene, who);
      return who.http.call('PATCH /api/chat/rooms/{id}/messages/{messageId}', {
        params: { id: roomId, messageId },
        body: { text: 'mine' },
      });
    },
  },
  {
    of: 'GET /api/chat/rooms/{id}/messages/{messageId}/revisions',
    ...READERS,
    attempt: ({ http }, scene) => http.call('GET /api/chat/rooms/{id}/messages/{messageId}/revisions', message(scene)),
  },
  {
    of: 'PUT /api/chat/rooms/{id}/messages/{messageId}/reactions/{emoji}',
    ...WRITERS,
    attempt: ({ http }, scene) => http.call('PUT /api/chat/rooms/{id}/messages/{messageId}/reactions/{emoji}', reaction(scene)),
  },
  {
    of: 'DELETE /api/chat/rooms/{id}/messages/{messageId}/reactions/{emoji}',
    ...WRITERS,
    attempt: ({ http }, scene) => http.call('DELETE /api/chat/rooms/{id}/messages/{messageId}/reactions/{emoji}', reaction(scene)),
  },
  {
    of: 'DELETE /api/chat/rooms/{id}/messages/{messageId}',
    what: 'of the owner',
    ...MODERATORS,
    isFresh: true,
    attempt: ({ http }, scene) => http.call('DELETE /api/chat/rooms/{id}/messages/{messageId}', message(scene)),
  },
  {
    of: 'GET /api/search',
    ...READERS,
    attempt: ({ http }, { roomId }) => http.call('GET /api/search', { query: { q: 'hello', roomId } }),
  },
];

export const MEDIA: readonly Row[] = [
  { of: 'POST /api/media', open: LOGGED_IN, attempt: (who) => upload(who) },
  {
    of: 'GET /api/media/{id}/{name}',
    ...READERS_OF_FILES,
    attempt: ({ http }, { media }) => http.call('GET /api/media/{id}/{name}', { params: media }),
  },
  {
    of: 'GET /api/media/{id}/{name}',
    what: 'with an access token',
    ...READERS_OF_FILES,
    attempt: (who, { media }) => who.fetch(`/api/media/${media.id}/${media.name}`),
  },
  {
    of: 'GET /api/media/{id}/thumbnail',
    ...READERS_OF_FILES,
    attempt: ({ http }, { media }) => http.call('GET /api/media/{id}/thumbnail', { params: { id: media.id } }),
  },
  {
    of: 'DELETE /api/media/{id}',
    open: 'UNNNNNNNNI',
    closed: 'UNNNNNNNNI',
    attempt: ({ http }, { media }) => http.call('DELETE /api/media/{id}', { params: { id: media.id } }),
  },
];

export const EVENTS: readonly Row[] = [
  {
    of: 'message:send',
    ...WRITERS,
    attempt: ({ emit }, { roomId }) => emit('message:send', { roomId, clientMsgId: newClientMsgId(), text: 'hello' }),
  },
  {
    of: 'message:edit',
    ...WRITERS,
    attempt: (who, scene) => who.emit('message:edit', { ...ownMessage(scene, who), text: 'mine, again' }),
  },
  {
    of: 'message:react',
    ...WRITERS,
    attempt: ({ emit }, { roomId, messageId }) => emit('message:react', { roomId, messageId, emoji: '🎉', on: true }),
  },
  {
    of: 'message:delete',
    ...MODERATORS,
    isFresh: true,
    attempt: ({ emit }, { roomId, messageId }) => emit('message:delete', { roomId, messageId }),
  },
  { of: 'room:open', ...READERS, attempt: ({ emit }, { roomId }) => emit('room:open', { roomId }) },
  {
    of: 'rooms:sync',
    ...READERS,
    attempt: async ({ emit }, { roomId }) => {
      const { rooms } = await emit('rooms:sync', { rooms: [{ roomId, epoch: 1, lastSeq: 0 }] });
      for (const each of rooms) if ('error' in each) throw Object.assign(new Error(), each.error);
    },
  },
  { of: 'room:close', open: LOGGED_IN, attempt: ({ emit }, { roomId }) => emit('room:close', { roomId }) },
  { of: 'room:read', ...MEMBERS, attempt: ({ emit }, { roomId }) => emit('room:read', { roomId, seq: 1 }) },
  { of: 'typing', ...WRITERS, attempt: ({ emit }, { roomId }) => emit('typing', { roomId, on: true }) },
  { of: 'presence:watch', open: LOGGED_IN, attempt: ({ emit }, { victim }) => emit('presence:watch', { userIds: [victim.id] }) },
  { of: 'presence:set', open: LOGGED_IN, attempt: ({ emit }) => emit('presence:set', { state: 'online' }) },
  { of: 'auth:renew', open: LOGGED_IN, attempt: ({ emit, http }) => emit('auth:renew', { token: http.accessToken }) },
];
