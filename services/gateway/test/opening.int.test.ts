import { randomUUID } from 'node:crypto';
import { ParleyError, type OpenedRoom, type SyncedRooms } from '@parley/contracts';
import { eventually } from '@parley/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { GatewayFixture, type TestClient } from './gateway-fixture.js';

const seqs = ({ messages }: Pick<OpenedRoom, 'messages'>) => messages.map(({ seq }) => seq);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
type SyncedRoom = SyncedRooms['rooms'][number];
const opened = (room: SyncedRoom | undefined): OpenedRoom => {
  if (!room || !('head' in room)) throw new Error(`not opened: ${JSON.stringify(room)}`);
  return room;
};

describe('opening rooms', () => {
  let gateway: GatewayFixture;
  let client: TestClient;
  let roomId: string;
  beforeEach(async () => {
    gateway = await GatewayFixture.start({}, 0);
    client = await gateway.connect();
    roomId = gateway.world.addRoom({ members: [client.userId] });
    return () => gateway[Symbol.asyncDispose]();
  });
  const fill = (count: number, room = roomId) => {
    for (let index = 0; index < count; index += 1) gateway.world.store(room, client.userId, `message ${index}`);
  };

  it('answers an empty room', async () => {
    expect(await client.get('room:open', { roomId })).toEqual({
      roomId,
      epoch: 1,
      head: 0,
      changes: 0,
      readSeq: 0,
      memberCount: 1,
      memberRev: 0,
      recovered: false,
      messages: [],
    });
  });

  it('answers the newest page and where the reader stands', async () => {
    fill(120);
    await gateway.world.markRead(roomId, client.userId, 77);
    const room = await client.get('room:open', { roomId });
    expect(room).toMatchObject({ head: 120, readSeq: 77, recovered: false });
    expect(seqs(room)).toEqual(range(71, 120));
  });

  it('answers exactly what was missed', async () => {
    fill(120);
    const room = await client.get('room:open', { roomId, epoch: 1, lastSeq: 115 });
    expect(room.recovered).toBe(true);
    expect(seqs(room)).toEqual(range(116, 120));
    expect(await client.get('room:open', { roomId, lastSeq: 120 })).toMatchObject({ recovered: true, messages: [] });
    expect(seqs(await client.get('room:open', { roomId, epoch: 1, lastSeq: 0 }))).toEqual(range(1, 120));
  });

  it.each([
    ['too much was missed', { epoch: 1, lastSeq: 299 }],
    ['the epoch is another', { epoch: 2, lastSeq: 499 }],
    ['the client claims more than there is', { epoch: 1, lastSeq: 501 }],
  ])('answers the newest page when %s', async (_, position) => {
    fill(500);
    const room = await client.get('room:open', { roomId, ...position });
    expect(room.recovered).toBe(false);
    expect(seqs(room)).toEqual(range(451, 500));
  });

  it('recovers two hundred messages and not one more', async () => {
    fill(500);
    expect(seqs(await client.get('room:open', { roomId, epoch: 1, lastSeq: 300 }))).toEqual(range(301, 500));
    expect(await client.get('room:open', { roomId, epoch: 1, lastSeq: 299 })).toMatchObject({ recovered: false });
  });

  it('streams the room from then on, without a hole and without what was answered', async () => {
    const author = randomUUID();
    const posting = setInterval(() => gateway.post(roomId, author), 1);
    await eventually(() => gateway.world.room(roomId).messages.length > 5);
    const rooms = await Promise.all(
      [client, await gateway.connect(), await gateway.connect()].map(
        async (each) => [each, await each.get('room:open', { roomId })] as const,
      ),
    );
    await eventually(() => gateway.world.room(roomId).messages.length > 60);
    clearInterval(posting);
    const head = gateway.post(roomId, author).seq;
    for (const [each, room] of rooms) {
      await eventually(() => each.seqs(roomId).at(-1) === head);
      const seen = new Set([...seqs(room), ...each.seqs(roomId)]);
      expect([...seen].sort((a, b) => a - b)).toEqual(range(Math.min(...seen), head));
      expect(each.seqs(roomId)).toEqual([...each.seqs(roomId)].sort((a, b) => a - b));
    }
  });

  it('stops the stream when the room is closed, and starts afresh when it is opened again', async () => {
    const author = randomUUID();
    await client.get('room:open', { roomId });
    await client.get('room:close', { roomId });
    gateway.post(roomId, author);
    const room = await client.get('room:open', { roomId });
    expect(seqs(room)).toEqual([1]);
    expect(client.seqs(roomId)).toEqual([]);
    gateway.post(roomId, author);
    await eventually(() => client.seqs(roomId).length === 1);
    expect(client.seqs(roomId)).toEqual([2]);
  });

  it('opens public rooms for everybody, private ones for members only, and none for the banned', async () => {
    const stranger = await gateway.connect();
    const secret = gateway.world.addRoom({ visibility: 'private', members: [client.userId] });
    expect(await stranger.get('room:open', { roomId })).toMatchObject({ readSeq: 0 });
    expect(await stranger.code('room:open', { roomId: secret })).toBe('ROOM_NOT_FOUND');
    expect(await stranger.code('room:open', { roomId: randomUUID() })).toBe('ROOM_NOT_FOUND');
    gateway.world.room(roomId).banned.add(stranger.userId);
    expect(await stranger.code('room:open', { roomId })).toBe('BANNED');
    gateway.post(secret, client.userId);
    await client.get('room:open', { roomId: secret });
    expect(stranger.seqs(secret)).toEqual([]);
  });

  it('does not leave a room open that could not be read', async () => {
    gateway.world.broken.add('page');
    expect(await client.code('room:open', { roomId })).toBe('UNAVAILABLE');
    gateway.world.broken.clear();
    gateway.post(roomId, client.userId);
    expect(await client.code('room:close', { roomId })).toBe('ok');
    expect(client.seqs(roomId)).toEqual([]);
  });

  it('keeps an open room open when a further read fails', async () => {
    await client.get('room:open', { roomId });
    gateway.world.broken.add('listReadSeqs');
    expect(await client.code('room:open', { roomId })).toBe('UNAVAILABLE');
    gateway.world.broken.clear();
    gateway.post(roomId, client.userId);
    await eventually(() => client.seqs(roomId).length === 1);
  });

  it('keeps a room open that another question has opened meanwhile', async () => {
    fill(80);
    await (await gateway.connect()).get('room:open', { roomId }); // from now on the newest page is at hand
    const failing = Promise.withResolvers<never>();
    gateway.world.page = () => failing.promise;
    const first = client.code('room:open', { roomId, epoch: 1, lastSeq: 5 });
    await client.get('room:open', { roomId });
    failing.reject(new ParleyError('UNAVAILABLE'));
    expect(await first).toBe('UNAVAILABLE');
    gateway.post(roomId, client.userId);
    await eventually(() => client.seqs(roomId).length === 1);
  });

  describe('several at once', () => {
    const sync = async (rooms: unknown[]) => (await client.get('rooms:sync', { rooms })).rooms;

    it('answers each room by itself, in order, and opens them', async () => {
      const others = [gateway.world.addRoom({ members: [client.userId] }), gateway.world.addRoom({ visibility: 'private' })];
      fill(10);
      fill(3, others[0]);
      const rooms = await sync([
        { roomId, epoch: 1, lastSeq: 7 },
        { roomId: others[1], epoch: 1, lastSeq: 0 },
        { roomId: others[0], epoch: 1, lastSeq: 3 },
        { roomId: randomUUID(), epoch: 1, lastSeq: 0 },
        { roomId: others[0], epoch: 1, lastSeq: 3 },
        { roomId: 'nonsense', epoch: 1, lastSeq: 0 },
        { roomId, epoch: 1 },
        null,
        'x',
      ]);
      expect(rooms).toEqual([
        expect.objectContaining({ roomId, head: 10, recovered: true }),
        { roomId: others[1], error: { code: 'ROOM_NOT_FOUND' } },
        { roomId: others[0], epoch: 1, head: 3, changes: 0, readSeq: 0, memberCount: 1, memberRev: 0, recovered: true, messages: [] },
        { roomId: expect.any(String), error: { code: 'ROOM_NOT_FOUND' } },
        { roomId: others[0], error: { code: 'VALIDATION_FAILED' } },
        { roomId: 'nonsense', error: { code: 'VALIDATION_FAILED' } },
        { roomId, error: { code: 'VALIDATION_FAILED' } },
        { roomId: '', error: { code: 'VALIDATION_FAILED' } },
        { roomId: '', error: { code: 'VALIDATION_FAILED' } },
      ]);
      expect(seqs(opened(rooms[0]))).toEqual([8, 9, 10]);
      for (const each of [roomId, others[0] ?? '']) gateway.post(each, client.userId);
      await eventually(() => client.of('messages').length === 2);
    });

    it('spends a thousand messages and says which rooms must be opened one by one', async () => {
      const ids = Array.from({ length: 8 }, () => gateway.world.addRoom({ members: [client.userId] }));
      for (const id of ids) fill(150, id);
      const rooms = (await sync(ids.map((id, index) => ({ roomId: id, epoch: 1, lastSeq: index === 7 ? 150 : 0 })))).map(opened);
      expect(rooms.map(({ recovered, messages }) => [recovered, messages.length])).toEqual([
        ...Array<[boolean, number]>(6).fill([true, 150]),
        [false, 0],
        [true, 0],
      ]);
      expect(rooms.every(({ head }) => head === 150)).toBe(true);
    });

    it('refuses more than two hundred rooms as a whole', async () => {
      const rooms = Array.from({ length: 201 }, () => ({ roomId: randomUUID(), epoch: 1, lastSeq: 0 }));
      expect(await client.code('rooms:sync', { rooms })).toBe('VALIDATION_FAILED');
      expect(await sync(rooms.slice(1))).toHaveLength(200);
    });

    it('asks for all heads together and for messages only where some were missed', async () => {
      const ids = Array.from({ length: 100 }, () => gateway.world.addRoom({ members: [client.userId] }));
      for (const id of ids) fill(2, id);
      await sync(ids.map((id, index) => ({ roomId: id, epoch: 1, lastSeq: index < 3 ? 1 : 2 })));
      expect(gateway.world.asked).toMatchObject({ heads: 1, page: 3 });
    });

    it('serves the other rooms when heads cannot be read', async () => {
      const other = gateway.world.addRoom({ members: [client.userId] });
      await client.get('room:open', { roomId });
      gateway.world.broken.add('heads');
      expect(
        await sync([
          { roomId, epoch: 1, lastSeq: 0 },
          { roomId: other, epoch: 1, lastSeq: 0 },
        ]),
      ).toEqual([expect.objectContaining({ roomId, recovered: true }), { roomId: other, error: { code: 'UNAVAILABLE' } }]);
      gateway.post(other, client.userId);
      gateway.post(roomId, client.userId);
      await eventually(() => client.seqs(roomId).length === 1);
      expect(client.seqs(other)).toEqual([]);
    });
  });

  it('lets a crowd come back without a question per head', async () => {
    fill(80);
    const crowd = 200;
    const userIds = Array.from({ length: crowd }, () => randomUUID());
    for (const userId of userIds) gateway.world.room(roomId).members.set(userId, 'member');
    const first = await Promise.all(userIds.map((userId) => gateway.connect(userId)));
    await Promise.all(first.map((each) => each.get('room:open', { roomId })));
    for (const each of first) each.socket.io.engine.close();
    await eventually(() => first.every((each) => each.ended !== undefined));
    for (const question of Object.keys(gateway.world.asked)) gateway.world.asked[question] = 0;

    const second = await Promise.all(userIds.map((userId) => gateway.connect(userId)));
    await Promise.all(second.map((each) => each.get('room:open', { roomId, epoch: 1, lastSeq: 80 })));
    const { page = 0, heads = 0, listMemberships = 0 } = gateway.world.asked;
    expect(page + heads + listMemberships).toBeLessThanOrEqual(crowd * 0.2);
  });
});

describe('opening rooms under other settings', () => {
  it('keeps a bound on open rooms per socket', async () => {
    await using gateway = await GatewayFixture.start({ PARLEY_GATEWAY_OPEN_ROOMS_MAX: '3' }, 0);
    const client = await gateway.connect();
    const ids = Array.from({ length: 4 }, () => gateway.world.addRoom());
    for (const roomId of ids.slice(0, 3)) await client.get('room:open', { roomId });
    expect(await client.code('room:open', { roomId: ids[3] })).toBe('VALIDATION_FAILED');
    expect(await client.code('room:open', { roomId: ids[0] })).toBe('ok');
    await client.get('room:close', { roomId: ids[0] });
    expect(await client.code('room:open', { roomId: ids[3] })).toBe('ok');
  });

  it('lets resumes through at its pace and sends the rest away for a moment', async () => {
    await using gateway = await GatewayFixture.start({ PARLEY_GATEWAY_SYNCS_PER_SECOND: '10', PARLEY_GATEWAY_SYNCS_BURST: '2' }, 0);
    const clients = await Promise.all(Array.from({ length: 40 }, () => gateway.connect()));
    const acks = await Promise.all(clients.map((client) => client.ask('rooms:sync', { rooms: [] })));
    const refused = acks.filter((ack) => !ack.ok);
    expect(acks.length - refused.length).toBeGreaterThanOrEqual(2);
    expect(refused.length).toBeGreaterThan(10);
    expect(refused[0]).toEqual({
      ok: false,
      error: { code: 'BUSY', message: expect.any(String), retryable: true, retryAfterMs: expect.any(Number) },
    });
  });
});
