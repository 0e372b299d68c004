import { randomUUID } from 'node:crypto';
import type { ClassicHistory, ClassicMessage, ClassicNotification } from '@parley/contracts';
import { eventually } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayFixture, type TestClient } from './gateway-fixture.js';

const of = <P>({ received }: TestClient, event: string): P[] =>
  received.filter((each) => each.event === event).map(({ payload }) => payload as P);
const texts = (client: TestClient, event: 'message' | 'receive_message' = 'message') =>
  of<ClassicMessage>(client, event).map(({ message }) => message);

describe('classic sockets', () => {
  let gateway: GatewayFixture;
  let general: string;

  beforeAll(async () => {
    gateway = await GatewayFixture.start({ PARLEY_GATEWAY_HEAD_CHECK_MS: '100' }, 0);
    general = gateway.world.addRoom({ name: 'general' });
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  const newcomer = (): string => {
    const userId = randomUUID();
    gateway.world.room(general).members.set(userId, 'member');
    return userId;
  };
  const heard = (client: TestClient, text: string) => eventually(() => texts(client).includes(text), { describe: `hears ${text}` });

  it('are in general from the start, and get every message of it under both names', async () => {
    const reader = await gateway.connectClassic(newcomer());
    const writer = newcomer();
    const { id, seq, createdAt } = gateway.post(general, writer, 'hello everyone');
    await heard(reader, 'hello everyone');
    const expected = {
      id,
      room: 'general',
      username: `user_${writer.slice(0, 8)}`,
      avatar: `/api/users/${writer}/avatar`,
      message: 'hello everyone',
      timestamp: createdAt,
      seq,
    };
    expect(of(reader, 'message')).toEqual([expected]);
    await eventually(() => texts(reader, 'receive_message').length === 1, { describe: 'the second name' });
    expect(of(reader, 'receive_message')).toEqual([expected]);
    expect(reader.received.map(({ event }) => event)).not.toContain('messages');
  });

  it('miss nothing that is sent while they are being let in', async () => {
    const userId = newcomer();
    const connecting = gateway.connectClassic(userId);
    const posted: string[] = [];
    const timer = setInterval(() => posted.push(gateway.post(general, userId, `early ${posted.length}`).text), 1);
    const client = await connecting;
    const firstAfter = posted.length;
    await eventually(() => posted.length > firstAfter + 20, { describe: 'some more are sent' });
    clearInterval(timer);
    await heard(client, posted.at(-1)!);
    const own = texts(client).filter((text) => text.startsWith('early'));
    expect(own).toEqual(posted.slice(posted.length - own.length));
    expect(own.length).toBeGreaterThanOrEqual(posted.length - firstAfter);
  });

  it('send as everybody does, and hear themselves', async () => {
    const userId = newcomer();
    const client = await gateway.connectClassic(userId);
    const modern = await gateway.connect(newcomer());
    await modern.get('room:open', { roomId: general });
    for (const [event, payload] of [
      ['message', { room: 'general', message: 'one' }],
      ['message', { text: 'two', color: 'red' }],
      ['message', 'three'],
      ['send_message', { message: 'four', room: general }],
    ] as const) {
      const answer = await client.ask(event, payload);
      const [stored] = gateway.storePosted();
      expect(answer).toEqual({ ok: true, data: { id: stored?.id } });
    }
    await heard(client, 'four');
    expect(texts(client).slice(-4)).toEqual(['one', 'two', 'three', 'four']);
    await eventually(() => modern.of('messages').flatMap(({ messages }) => messages).length === 4, { describe: 'modern clients hear it' });
    expect(modern.received.map(({ event }) => event)).not.toContain('receive_message');
    expect(modern.received.map(({ event }) => event)).not.toContain('message');
  });

  it('join makes the room, tells its history, and tells the others', async () => {
    const [alice, bob] = [await gateway.connectClassic(newcomer()), await gateway.connectClassic(newcomer())];
    const joined = (await alice.ask('join', { room: 'Kitchen', username: 'somebody else' })) as { data?: { room: string; roomId: string } };
    expect(joined).toMatchObject({ ok: true, data: { room: 'Kitchen' } });
    const { roomId } = joined.data!;
    gateway.post(roomId, alice.userId, 'first');
    await heard(alice, 'first');
    expect(await bob.ask('join', 'Kitchen')).toEqual({ ok: true, data: { room: 'Kitchen', roomId } });
    expect(of<ClassicHistory>(bob, 'history')).toMatchObject([
      { room: 'Kitchen', messages: [{ message: 'first', seq: 1, room: 'Kitchen' }] },
    ]);
    const name = `user_${bob.userId.slice(0, 8)}`;
    const notice = { room: 'Kitchen', username: name, type: 'join', message: `${name} joined` };
    await eventually(() => of(alice, 'notification').length === 1, { describe: 'the others are told' });
    expect(of<ClassicNotification>(alice, 'notification')).toEqual([notice]);
    expect(of(bob, 'notification')).toEqual([]);

    await bob.ask('join', 'Kitchen'); // says nothing new
    expect(await bob.ask('leave', { room: 'Kitchen' })).toEqual({ ok: true, data: { room: 'Kitchen', roomId } });
    await eventually(() => of(alice, 'notification').length === 2, { describe: 'the others are told again' });
    expect(of<ClassicNotification>(alice, 'notification')[1]).toEqual({ ...notice, type: 'leave', message: `${name} left` });
    gateway.post(roomId, alice.userId, 'second');
    await heard(alice, 'second');
    expect(texts(bob)).not.toContain('second');
    expect(gateway.world.room(roomId).members.has(bob.userId)).toBe(true);
  });

  it('need no patience: join and message in one breath', async () => {
    const client = await gateway.connectClassic(newcomer());
    client.socket.emit('join', { room: 'Hall' });
    const answer = await client.ask('message', { room: 'Hall', message: 'here I am' });
    expect(answer.ok).toBe(true);
    gateway.storePosted();
    await heard(client, 'here I am');
    expect(of<ClassicMessage>(client, 'message').at(-1)).toMatchObject({ room: 'Hall', seq: 1 });
  });

  it('load history by pages', async () => {
    const roomId = gateway.world.addRoom({ name: 'Archive' });
    for (let count = 1; count <= 5; count += 1) gateway.world.store(roomId, randomUUID(), `text ${count}`);
    const client = await gateway.connectClassic(newcomer());
    const answer = (await client.ask('load_history', { room: 'Archive', before: 5, limit: 2 })) as { data?: ClassicHistory };
    expect(answer.data?.messages.map(({ message }) => message)).toEqual(['text 3', 'text 4']);
    expect(of<ClassicHistory>(client, 'history')).toEqual([answer.data]);
    expect(await client.ask('load_history')).toMatchObject({ ok: true, data: { room: 'general' } });
  });

  it('keep their order and get what the fan-out lost', async () => {
    const roomId = gateway.world.addRoom({ name: 'Lossy' });
    const client = await gateway.connectClassic(newcomer());
    await client.ask('join', 'Lossy');
    gateway.post(roomId, client.userId, 'a');
    gateway.fanout.isLosing = true;
    for (const text of ['b', 'c']) gateway.post(roomId, client.userId, text);
    gateway.fanout.isLosing = false;
    gateway.post(roomId, client.userId, 'd');
    await heard(client, 'd');
    expect(of<ClassicMessage>(client, 'message').map(({ message, seq }) => [message, seq])).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['d', 4],
    ]);
  });

  it('get the newest page when too much was lost, and what follows', async () => {
    const roomId = gateway.world.addRoom({ name: 'Flood' });
    const client = await gateway.connectClassic(newcomer());
    await client.ask('join', 'Flood');
    gateway.fanout.isLosing = true;
    for (let count = 1; count <= 300; count += 1) gateway.post(roomId, client.userId, `lost ${count}`);
    gateway.fanout.isLosing = false;
    await eventually(() => of(client, 'history').length === 2, { describe: 'the newest page' });
    expect(of<ClassicHistory>(client, 'history')[1]!.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, n) => n + 251));
    gateway.post(roomId, client.userId, 'and on');
    await heard(client, 'and on');
    expect(texts(client)).toEqual(['and on']);
  });

  it('learn a new name of a room', async () => {
    const roomId = gateway.world.addRoom({ name: 'Old' });
    const client = await gateway.connectClassic(newcomer());
    await client.ask('join', 'Old');
    await gateway.rename(roomId, 'New');
    gateway.post(roomId, client.userId, 'renamed');
    await heard(client, 'renamed');
    expect(of<ClassicMessage>(client, 'message').at(-1)).toMatchObject({ room: 'New' });
  });

  it('find private rooms by id only, and only those that they are in', async () => {
    const client = await gateway.connectClassic(newcomer());
    const [own, foreign] = [
      gateway.world.addRoom({ visibility: 'private', name: 'secret', members: [client.userId] }),
      gateway.world.addRoom({ visibility: 'private', name: 'hidden' }),
    ];
    expect(await client.ask('join', own)).toEqual({ ok: true, data: { room: own, roomId: own } });
    expect(await client.code('join', foreign)).toBe('ROOM_NOT_FOUND');
    expect(await client.code('load_history', { room: foreign })).toBe('ROOM_NOT_FOUND');
    expect(await client.code('message', { room: 'hidden', message: 'x' })).toBe('ROOM_NOT_FOUND');
    gateway.post(own, client.userId, 'quiet');
    await heard(client, 'quiet');
    expect(of<ClassicMessage>(client, 'message').at(-1)).toMatchObject({ room: own });
  });

  it('hear nothing more of a room that they were banned from', async () => {
    const roomId = gateway.world.addRoom({ name: 'Strict' });
    const [client, other] = [await gateway.connectClassic(newcomer()), await gateway.connectClassic(newcomer())];
    for (const each of [client, other]) await each.ask('join', 'Strict');
    await gateway.changeMember(roomId, client.userId, 'banned', null);
    gateway.post(roomId, other.userId, 'without you');
    await heard(other, 'without you');
    expect(texts(client)).not.toContain('without you');
    expect(await client.code('message', { room: 'Strict', message: 'x' })).toBe('BANNED');
  });

  it('end with their session', async () => {
    const client = await gateway.connectClassic(newcomer());
    await gateway.revoke(client.userId, client.sessionId);
    await eventually(() => client.ended !== undefined, { describe: 'the socket is cut' });
    expect(client.ended).toBe('io server disconnect');
  });

  it.each([
    ['message', undefined],
    ['message', {}],
    ['message', { message: '   ' }],
    ['message', { message: 'x'.repeat(4001) }],
    ['message', { message: 5 }],
    ['message', { message: 'x', room: { $ne: 1 } }],
    ['message', []],
    ['send_message', null],
    ['join', undefined],
    ['join', { room: '' }],
    ['join', 'x'.repeat(81)],
    ['join', 'line\nbreak'],
    ['leave', 7],
    ['load_history', { before: -1 }],
    ['load_history', { limit: 0 }],
  ])('are told what is wrong with %s %j', async (event, payload) => {
    const client = await gateway.connectClassic(newcomer());
    expect(await client.code(event, ...(payload === undefined ? [] : [payload]))).toBe('VALIDATION_FAILED');
  });

  it('have their own events only, and others have none of them', async () => {
    const [client, modern] = [await gateway.connectClassic(newcomer()), await gateway.connect(newcomer())];
    expect(await client.code('room:open', { roomId: general })).toBe('UNKNOWN_EVENT');
    for (const event of ['join', 'leave', 'message', 'send_message', 'load_history'])
      expect(await modern.code(event, { room: 'general', message: 'x' })).toBe('UNKNOWN_EVENT');
  });

  it('come from our own pages only, with the cookie of a session', async () => {
    const attempt = (extraHeaders: Record<string, string>) =>
      new Promise<unknown>((resolve) => {
        const socket = gateway.open({ extraHeaders });
        socket.once('connect', () => resolve('let in'));
        socket.once('connect_error', (error) => resolve((error as { data?: { code?: string } }).data?.code ?? error.message));
      });
    const Origin = `http://localhost:${gateway.app.port}`;
    gateway.world.cookies.set('good', { userId: newcomer(), sessionId: randomUUID(), roles: [] });
    expect(await attempt({ Cookie: 'parley_session=good', Origin })).toBe('let in');
    expect(await attempt({ Cookie: 'parley_session=good' })).toBe('ORIGIN_REFUSED');
    expect(await attempt({ Cookie: 'parley_session=good', Origin: 'https://evil.example' })).toContain('websocket error');
    expect(await attempt({ Cookie: 'parley_session=stale', Origin })).toBe('UNAUTHENTICATED');
    expect(await attempt({ Cookie: 'parley_session=', Origin })).toBe('UNAUTHENTICATED');
  });

  it('are let in without a room when general is not for them', async () => {
    const userId = randomUUID();
    gateway.world.room(general).banned.add(userId);
    const client = await gateway.connectClassic(userId);
    expect(await client.code('message', 'x')).toBe('BANNED');
  });
});
