import { randomUUID } from 'node:crypto';
import { ParleyError, type Ack } from '@parley/contracts';
import { eventually } from '@parley/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GatewayFixture, type TestClient } from './gateway-fixture.js';

/** A frame as no client library would write it; the engine itself puts the 4 in front. */
const writeRaw = (client: TestClient, frame: `4${string}`) => client.socket.io.engine.write(frame.slice(1));

describe('events', () => {
  let gateway: GatewayFixture;
  let client: TestClient;
  let roomId: string;
  beforeAll(async () => {
    gateway = await GatewayFixture.start({}, 0); // limits have tests of their own
  });
  afterAll(() => gateway[Symbol.asyncDispose]());
  beforeEach(async () => {
    client = await gateway.connect();
    roomId = gateway.world.addRoom({ members: [client.userId] });
    gateway.log.appended.length = 0;
  });

  const draft = (change: Record<string, unknown> = {}) => ({ roomId, clientMsgId: randomUUID(), text: 'hello', ...change });
  const stillServes = async () => expect(await client.code('room:close', { roomId })).toBe('ok');

  it('answers a send when the message is durable, not before', async () => {
    const durable = Promise.withResolvers<void>();
    gateway.log.beforeAppend = () => durable.promise;
    let ack: Ack<unknown> | undefined;
    const asked = client.ask('message:send', draft()).then((answer) => (ack = answer));
    await stillServes();
    expect(ack).toBeUndefined();
    gateway.log.beforeAppend = () => Promise.resolve();
    durable.resolve();
    expect(await asked).toMatchObject({ ok: true, data: { messageId: expect.any(String), acceptedAt: expect.any(String) } });
    expect(gateway.log.appended).toHaveLength(1);
  });

  it('says that it does not know when the log does not', async () => {
    gateway.log.beforeAppend = () => Promise.reject(new ParleyError('UNCONFIRMED'));
    expect(await client.ask('message:send', draft())).toEqual({
      ok: false,
      error: { code: 'UNCONFIRMED', message: expect.any(String), retryable: true },
    });
    gateway.log.beforeAppend = () => Promise.resolve();
  });

  it('takes the sender from the session, whatever the payload claims', async () => {
    for (const claim of [
      { senderId: randomUUID() },
      { seq: 1 },
      { type: 'system' },
      { kind: 'system' },
      { role: 'owner' },
      { acceptedAt: 'now' },
    ]) {
      expect(await client.code('message:send', draft(claim))).toBe('VALIDATION_FAILED');
    }
    expect(await client.code('message:send', draft())).toBe('ok');
    expect(gateway.log.appended).toEqual([
      { type: 'message.posted.v2', payload: expect.objectContaining({ senderId: client.userId, roomId }) },
    ]);
  });

  it('answers repeats with the same id, also with another text', async () => {
    const command = draft();
    const first = await client.get('message:send', command);
    const second = await client.get('message:send', { ...command, text: 'something else' });
    expect(second.messageId).toBe(first.messageId);
  });

  it.each([
    ['a stranger', 'NOT_A_MEMBER', { members: [] }],
    ['a stranger to a private room', 'ROOM_NOT_FOUND', { members: [], visibility: 'private' as const }],
  ])('refuses sends of %s', async (_, code, room) => {
    const other = gateway.world.addRoom(room);
    expect(await client.code('message:send', draft({ roomId: other }))).toBe(code);
    expect(gateway.log.appended).toEqual([]);
  });

  it('refuses sends to rooms that do not exist, and of banned people', async () => {
    expect(await client.code('message:send', draft({ roomId: randomUUID() }))).toBe('ROOM_NOT_FOUND');
    gateway.world.room(roomId).banned.add(client.userId);
    expect(await client.code('message:send', draft())).toBe('BANNED');
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['a text', 'hello'],
    ['a list', []],
    ['an empty object', {}],
    ['bytes', Buffer.from('hello')],
    ['bytes inside', { roomId: Buffer.from('x'), clientMsgId: 'a', text: 'b' }],
    ['a room that is no id', { roomId: '*', clientMsgId: 'a', text: 'b' }],
    ['a channel as room', { roomId: 'user:3', clientMsgId: 'a', text: 'b' }],
    ['an operator as text', { roomId: randomUUID(), clientMsgId: 'a', text: { $gt: '' } }],
    ['only white space', { roomId: randomUUID(), clientMsgId: 'a', text: ' \n\t ' }],
    ['U+0000', { roomId: randomUUID(), clientMsgId: 'a', text: 'a\u0000b' }],
    ['half a character', { roomId: randomUUID(), clientMsgId: 'a', text: 'a\ud800b' }],
    ['too many characters', { roomId: randomUUID(), clientMsgId: 'a', text: 'x'.repeat(4001) }],
    ['a broken key', { roomId: randomUUID(), clientMsgId: 'a b', text: 'x' }],
    [
      'eleven attachments',
      { roomId: randomUUID(), clientMsgId: 'a', text: 'x', attachments: Array.from({ length: 11 }, () => randomUUID()) },
    ],
  ])('answers a send of %s with VALIDATION_FAILED', async (_, payload) => {
    expect(await client.code('message:send', payload)).toBe('VALIDATION_FAILED');
    expect(gateway.log.appended).toEqual([]);
  });

  it.each(['room:open', 'rooms:sync', 'room:close', 'room:read', 'typing', 'auth:renew'])(
    'answers malformed payloads of %s',
    async (event) => {
      for (const payload of [
        undefined,
        null,
        3,
        'x',
        [],
        {},
        { roomId: 'nope' },
        Buffer.from('x'),
        { __proto__: null, constructor: { prototype: { admin: true } } },
      ]) {
        expect(await client.code(event, payload)).toBe('VALIDATION_FAILED');
      }
      expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    },
  );

  it('answers wrong numbers of arguments', async () => {
    expect(await client.code('room:close')).toBe('VALIDATION_FAILED');
    expect(await client.code('room:close', { roomId }, { roomId })).toBe('VALIDATION_FAILED');
  });

  it('answers events that do not exist, those that only servers send, and names that objects have', async () => {
    for (const event of [
      'nope',
      'messages',
      'room:head',
      'server:drain',
      'session:ended',
      'ready',
      'error',
      'constructor',
      '__proto__',
      'toString',
      '',
    ]) {
      expect(await client.code(event, {})).toBe('UNKNOWN_EVENT');
    }
    expect(client.received.map(({ event }) => event)).toEqual(['ready']);
  });

  it('does without an answer when none is asked for', async () => {
    client.socket.emit('message:send', draft());
    client.socket.emit('message:send', { broken: true });
    client.socket.emit('nope');
    client.socket.emit('room:close', 'x', 'y');
    await eventually(() => gateway.log.appended.length === 1);
    await stillServes();
  });

  it('never sends back more than a few hundred characters of what it refuses', async () => {
    const flood = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`key${index}`, '😀']));
    const ack = await client.ask('room:close', { roomId, ...flood });
    expect(ack.ok ? '' : ack.error.message.length).toBeLessThanOrEqual(300);
  });

  it('is not moved by odd but well-formed packets', async () => {
    await stillServes(); // takes the id 0, which a blank is read as
    for (const frame of [
      '42',
      '42[5]',
      '42991["room:close"]',
      '42["typing",{},{}]',
      '4299999999999999999999["nope",{}]',
      '42 ["nope"]',
      '43[]',
      '43123456789["x"]',
      '429007199254740993["nope",{}]',
    ] as const) {
      writeRaw(client, frame);
    }
    expect(await client.code('room:close', { roomId })).toBe('ok');
  });

  it.each([
    '42[',
    '42{}',
    '42"x"',
    '4999',
    '4',
    '45',
    '451-["x"',
    '45999999-["x",{"_placeholder":true,"num":0}]',
    '4511-["x",{"_placeholder":true,"num":0}]',
    '42["connect"]',
    '42["disconnect"]',
    '44',
    '40{}',
    '4nonsense',
  ] as const)('ends the connection, and no other, on the broken packet %s', async (frame) => {
    const other = await gateway.connect();
    writeRaw(client, frame);
    await eventually(() => client.ended !== undefined, { describe: 'the connection to be closed' });
    expect(await other.code('room:close', { roomId })).toBe('ok');
  });

  it('ends the connection on a frame above 64 KiB, and no other', async () => {
    const other = await gateway.connect();
    client.socket.emit('message:send', { text: 'x'.repeat(64 * 1024) });
    await eventually(() => client.ended !== undefined);
    expect(await other.code('room:close', { roomId })).toBe('ok');
  });

  it('takes the longest message there may be, in the widest characters', async () => {
    expect(await client.code('message:send', draft({ text: '😀'.repeat(4000) }))).toBe('ok');
  });

  it('survives deep and wide payloads', async () => {
    const deep = `${'['.repeat(15_000)}${']'.repeat(15_000)}`;
    writeRaw(client, `42991["typing",${deep}]`);
    writeRaw(client, `42992["rooms:sync",{"rooms":${deep}}]`);
    expect(await client.code('typing', Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [index, 0])))).toBe(
      'VALIDATION_FAILED',
    );
    await stillServes();
  });

  it('answers UNAVAILABLE when another service fails, and goes on', async () => {
    gateway.world.broken.add('findFacts');
    expect(await client.ask('room:open', { roomId })).toEqual({
      ok: false,
      error: { code: 'UNAVAILABLE', message: expect.not.stringContaining('away'), retryable: true },
    });
    expect(await client.code('message:send', draft())).toBe('UNAVAILABLE');
    gateway.world.broken.clear();
    expect(await client.code('room:open', { roomId })).toBe('ok');
  });

  it('moves the read marker forward, never beyond the head', async () => {
    for (let index = 0; index < 3; index += 1) gateway.world.store(roomId, client.userId, 'x');
    expect(await client.get('room:read', { roomId, seq: 2 })).toEqual({ readSeq: 2 });
    expect(await client.get('room:read', { roomId, seq: 1 })).toEqual({ readSeq: 2 });
    expect(await client.get('room:read', { roomId, seq: 1_000_000 })).toEqual({ readSeq: 3 });
    const stranger = await gateway.connect();
    expect(await stranger.code('room:read', { roomId, seq: 1 })).toBe('NOT_A_MEMBER');
  });
});

describe('budgets', () => {
  it('lets a person send twenty messages at once over all sockets, then tells when to go on', async () => {
    await using gateway = await GatewayFixture.start();
    const one = await gateway.connect();
    const two = await gateway.connect(one.userId);
    const roomId = gateway.world.addRoom({ members: [one.userId] });
    const acks = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        (index % 2 ? one : two).ask('message:send', { roomId, clientMsgId: `m${index}`, text: 'x' }),
      ),
    );
    expect(acks.filter((ack) => ack.ok).length).toBeGreaterThanOrEqual(20);
    const refused = acks.find((ack) => !ack.ok);
    expect(refused).toEqual({
      ok: false,
      error: { code: 'RATE_LIMITED', message: expect.any(String), retryable: true, retryAfterMs: expect.any(Number) },
    });
    const stranger = await gateway.connect();
    gateway.world.room(roomId).members.set(stranger.userId, 'member');
    expect(await stranger.code('message:send', { roomId, clientMsgId: 'x', text: 'x' })).toBe('ok');
  });

  it('counts other events per socket, unknown ones too', async () => {
    await using gateway = await GatewayFixture.start();
    const client = await gateway.connect();
    const codes = await Promise.all(Array.from({ length: 80 }, () => client.code('nope', {})));
    expect(codes.filter((code) => code === 'UNKNOWN_EVENT').length).toBeGreaterThanOrEqual(60);
    expect(codes.at(-1)).toBe('RATE_LIMITED');
    const other = await gateway.connect(client.userId);
    expect(await other.code('nope', {})).toBe('UNKNOWN_EVENT');
  });

  it('cuts who floods, within three seconds, and nobody else', async () => {
    await using gateway = await GatewayFixture.start();
    const flooder = await gateway.connect();
    const other = await gateway.connect();
    const startedAt = performance.now();
    const flood = setInterval(() => {
      for (let index = 0; index < 20; index += 1) flooder.socket.emit('typing', {});
    }, 10);
    await eventually(() => flooder.ended !== undefined, { timeoutMs: 3000 }).finally(() => clearInterval(flood));
    expect(performance.now() - startedAt).toBeLessThan(3000);
    expect(await other.code('room:close', { roomId: randomUUID() })).toBe('ok');
  });

  it('turns sends away when too many wait for the log', async () => {
    await using gateway = await GatewayFixture.start({ PARLEY_GATEWAY_SENDS_IN_FLIGHT_MAX: '2' });
    const client = await gateway.connect();
    const roomId = gateway.world.addRoom({ members: [client.userId] });
    const durable = Promise.withResolvers<void>();
    gateway.log.beforeAppend = () => durable.promise;
    const send = (clientMsgId: string) => client.ask('message:send', { roomId, clientMsgId, text: 'x' });
    const waiting = [send('a'), send('b')];
    expect(await send('c')).toMatchObject({ ok: false, error: { code: 'BUSY', retryable: true, retryAfterMs: 1000 } });
    durable.resolve();
    expect((await Promise.all(waiting)).every((ack) => ack.ok)).toBe(true);
    expect((await send('c')).ok).toBe(true);
  });
});
