import { ChatClient, eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProduct, type Product } from './support/product.js';

/** In the order in which they try, in one and the same room. */
const PEOPLE = [
  'ended session',
  'stranger',
  'removed',
  'banned',
  'owner of another room',
  'member',
  'muted',
  'moderator',
  'administrator',
  'owner',
] as const;
type Who = (typeof PEOPLE)[number];

interface Scene {
  readonly roomId: string;
  /** Of the room, newly made. */
  readonly code: string;
}
type Attempt = (who: ChatClient, scene: Scene) => Promise<unknown>;

/** What each letter of the table means. */
const CODES: Record<string, string> = {
  '+': 'ok',
  U: 'UNAUTHENTICATED',
  4: 'ROOM_NOT_FOUND',
  M: 'NOT_A_MEMBER',
  F: 'FORBIDDEN',
  B: 'BANNED',
  L: 'LAST_OWNER',
};

/** Every route and event of a room against everybody who may try it, over the running product. */
describe('permissions in rooms', () => {
  let product: Product;
  const people = {} as Record<Who, ChatClient>;
  const others: ChatClient[] = [];
  let victim: ChatClient;
  let outsider: ChatClient;

  const newPerson = async () => {
    const client = new ChatClient({ url: product.url });
    others.push(client);
    return client.register();
  };

  beforeAll(async () => {
    product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0', PARLEY_LOG_LEVEL: 'error' } });
    people.administrator = await newPerson(); // the first account
    for (const who of PEOPLE) people[who] ??= await newPerson();
    [victim, outsider] = [await newPerson(), await newPerson()];
    await people['owner of another room'].http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } });
    for (const client of others) await client.connect();
    await people['ended session'].http.call('POST /api/logout');
    await eventually(() => !people['ended session'].isConnected);
  });

  afterAll(async () => {
    for (const client of others) await client[Symbol.asyncDispose]();
    await product?.[Symbol.asyncDispose]();
  });

  const newScene = async (visibility: 'public' | 'private'): Promise<Scene> => {
    const { http } = people.owner;
    const { id } = await http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName(), visibility } });
    const scene = { roomId: id, code: await invite(id) };
    const accept = (client: ChatClient) => client.http.call('POST /api/invites/{code}', { params: { code: scene.code } });
    for (const who of ['removed', 'banned', 'member', 'muted', 'moderator'] as const) await accept(people[who]);
    await accept(victim);
    const memberParams = (client: ChatClient) => ({ params: { id, userId: client.userId } });
    await http.call('PUT /api/chat/rooms/{id}/members/{userId}', { ...memberParams(people.moderator), body: { role: 'moderator' } });
    await http.call('DELETE /api/chat/rooms/{id}/members/{userId}', memberParams(people.removed));
    await http.call('DELETE /api/chat/rooms/{id}/members/{userId}', { ...memberParams(people.banned), query: { ban: 'true' } });
    await people.muted.http.call('PUT /api/chat/rooms/{id}/notifications', {
      params: { id },
      body: { notify: 'none', mutedUntil: new Date(Date.now() + 3_600_000).toISOString() },
    });
    await http.call('POST /api/chat/rooms/{id}/messages', { params: { id }, query: { wait: 'stored' }, body: { text: 'first' } });
    return scene;
  };
  const invite = async (id: string) =>
    (await people.owner.http.call('POST /api/chat/rooms/{id}/invites', { params: { id }, body: {} })).code;

  const room = ({ roomId }: Scene) => ({ params: { id: roomId } });
  const of = ({ roomId }: Scene, { userId }: ChatClient) => ({ params: { id: roomId, userId } });

  /** Columns: as `PEOPLE`. */
  const TABLE: readonly [name: string, open: string, closed: string, attempt: Attempt][] = [
    ['GET room', 'U++B++++++', 'U44B4+++4+', ({ http }, scene) => http.call('GET /api/chat/rooms/{id}', room(scene))],
    ['GET members', 'U++B++++++', 'U44B4+++4+', ({ http }, scene) => http.call('GET /api/chat/rooms/{id}/members', room(scene))],
    ['GET messages', 'U++B++++++', 'U44B4+++4+', ({ http }, scene) => http.call('GET /api/chat/rooms/{id}/messages', room(scene))],
    [
      'POST message',
      'UMMBM+++M+',
      'U44B4+++4+',
      ({ http }, scene) => http.call('POST /api/chat/rooms/{id}/messages', { ...room(scene), body: { text: 'hello' } }),
    ],
    [
      'PATCH topic',
      'UMMBMFF+++',
      'U44B4FF+4+',
      ({ http }, scene) => http.call('PATCH /api/chat/rooms/{id}', { ...room(scene), body: { topic: 'new' } }),
    ],
    [
      'PATCH visibility',
      'UMMBMFFF++',
      'U44B4FFF4+',
      ({ http }, scene) => http.call('PATCH /api/chat/rooms/{id}', { ...room(scene), body: { visibility: 'public' } }),
    ],
    ['DELETE room', 'UMMBMFFF++', 'U44B4FFF4+', ({ http }, scene) => http.call('DELETE /api/chat/rooms/{id}', room(scene))],
    ['POST join', 'U++B++++++', 'U44B4+++4+', ({ http }, scene) => http.call('POST /api/chat/rooms/{id}/join', room(scene))],
    ['POST leave', 'U++B+++++L', 'U44B4+++4L', ({ http }, scene) => http.call('POST /api/chat/rooms/{id}/leave', room(scene))],
    [
      'PUT role',
      'UMMBMFFF++',
      'U44B4FFF4+',
      ({ http }, scene) => http.call('PUT /api/chat/rooms/{id}/members/{userId}', { ...of(scene, victim), body: { role: 'member' } }),
    ],
    [
      'DELETE member',
      'UMMBMFF+++',
      'U44B4FF+4+',
      async ({ http }, scene) => {
        await victim.http.call('POST /api/invites/{code}', { params: { code: scene.code } });
        await http.call('DELETE /api/chat/rooms/{id}/members/{userId}', of(scene, victim));
      },
    ],
    [
      'DELETE member who owns the room',
      'UMMBMFFFLL',
      'U44B4FFF4L',
      ({ http }, scene) => http.call('DELETE /api/chat/rooms/{id}/members/{userId}', of(scene, people.owner)),
    ],
    [
      'ban',
      'UMMBMFF+++',
      'U44B4FF+4+',
      ({ http }, scene) => http.call('DELETE /api/chat/rooms/{id}/members/{userId}', { ...of(scene, outsider), query: { ban: 'true' } }),
    ],
    ['GET bans', 'UMMBMFF+++', 'U44B4FF+4+', ({ http }, scene) => http.call('GET /api/chat/rooms/{id}/bans', room(scene))],
    [
      'DELETE ban',
      'UMMBMFF+++',
      'U44B4FF+4+',
      ({ http }, scene) => http.call('DELETE /api/chat/rooms/{id}/bans/{userId}', of(scene, outsider)),
    ],
    [
      'POST invite',
      'UMMBMFF+++',
      'U44B4FF+4+',
      ({ http }, scene) => http.call('POST /api/chat/rooms/{id}/invites', { ...room(scene), body: {} }),
    ],
    ['GET invites', 'UMMBMFF+++', 'U44B4FF+4+', ({ http }, scene) => http.call('GET /api/chat/rooms/{id}/invites', room(scene))],
    [
      'DELETE invite',
      'UMMBMFF+++',
      'U44B4FF+4+',
      async ({ http }, scene) =>
        http.call('DELETE /api/chat/rooms/{id}/invites/{code}', { params: { id: scene.roomId, code: await invite(scene.roomId) } }),
    ],
    ['accept an invite', 'U++B++++++', 'U++B++++++', ({ http }, { code }) => http.call('POST /api/invites/{code}', { params: { code } })],
    [
      'PUT notifications',
      'UMMBM+++M+',
      'U44B4+++4+',
      ({ http }, scene) => http.call('PUT /api/chat/rooms/{id}/notifications', { ...room(scene), body: { notify: 'all' } }),
    ],
    [
      'PUT read',
      'UMMBM+++M+',
      'U44B4+++4+',
      ({ http }, scene) => http.call('PUT /api/chat/rooms/{id}/read', { ...room(scene), body: { seq: 1 } }),
    ],
    [
      'message:send',
      'UMMBM+++M+',
      'U44B4+++4+',
      (who, { roomId }) => who.emit('message:send', { roomId, clientMsgId: newClientMsgId(), text: 'hello' }),
    ],
    ['room:open', 'U++B++++++', 'U44B4+++4+', (who, { roomId }) => who.emit('room:open', { roomId })],
    [
      'rooms:sync',
      'U++B++++++',
      'U44B4+++4+',
      async (who, { roomId }) => {
        const { rooms } = await who.emit('rooms:sync', { rooms: [{ roomId, epoch: 1, lastSeq: 0 }] });
        for (const each of rooms) if ('error' in each) throw Object.assign(new Error(), each.error);
      },
    ],
    ['room:read', 'UMMBM+++M+', 'U44B4+++4+', (who, { roomId }) => who.emit('room:read', { roomId, seq: 1 })],
    ['typing', 'UMMBM+++M+', 'U44B4+++4+', (who, { roomId }) => who.emit('typing', { roomId, on: true })],
  ];

  /** The end of a session ends its sockets: there is nobody to answer. */
  const codeOf = (who: Who, work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'ok',
      (error: Error & { code?: string }) => error.code ?? (who === 'ended session' ? 'UNAUTHENTICATED' : error.message),
    );

  const rows = TABLE.flatMap(([name, open, closed, attempt]) => [
    { name, visibility: 'public' as const, letters: open, attempt },
    { name, visibility: 'private' as const, letters: closed, attempt },
  ]);

  it.each(rows)('$name in a $visibility room: $letters', { timeout: 30_000 }, async ({ visibility, letters, attempt }) => {
    const scene = await newScene(visibility);
    const actual: Record<string, string> = {};
    for (const who of PEOPLE) actual[who] = await codeOf(who, attempt(people[who], scene));
    expect(actual).toEqual(Object.fromEntries(PEOPLE.map((who, index) => [who, CODES[letters[index]!]])));
  });

  it('a private room that one is not in looks like none, on every call', { timeout: 30_000 }, async () => {
    const scene = { roomId: '0198c0de-0000-7000-8000-0000000000aa', code: 'none-of-ours' };
    for (const [name, , closed, attempt] of TABLE) {
      if (closed[1] !== '4' || name === 'DELETE invite' || name === 'DELETE member') continue; // those two need a room to begin with
      expect([name, await codeOf('stranger', attempt(people.stranger, scene))]).toEqual([name, 'ROOM_NOT_FOUND']);
    }
  });
});
