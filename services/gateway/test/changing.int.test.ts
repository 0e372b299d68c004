import { randomUUID } from 'node:crypto';
import { MessageDeleted, MessageEdited, MessageReacted, type Message } from '@parley/contracts';
import { eventually } from '@parley/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { GatewayFixture, type TestClient } from './gateway-fixture.js';

const FIVE_SECONDS = { timeoutMs: 5000 };

describe('changes of messages', () => {
  let gateway: GatewayFixture;
  let client: TestClient;
  let roomId: string;
  let own: Message;
  let foreign: Message;
  const author = randomUUID();
  beforeEach(async () => {
    gateway = await GatewayFixture.start({ PARLEY_GATEWAY_HEAD_CHECK_MS: '400' }, 0);
    client = await gateway.connect();
    roomId = gateway.world.addRoom({ members: [client.userId, author] });
    own = gateway.post(roomId, client.userId);
    foreign = gateway.post(roomId, author);
    gateway.world.outcome = { rev: 7, refusal: null };
    return () => gateway[Symbol.asyncDispose]();
  });

  const changed = () => client.of('message:changed').map(({ change, message }) => [change, message.text]);

  it('are accepted, wait until they are stored and answer with the rev', async () => {
    expect(await client.get('message:edit', { roomId, messageId: own.id, text: 'better' })).toEqual({ rev: 7 });
    expect(await client.get('message:delete', { roomId, messageId: own.id })).toEqual({ rev: 7 });
    expect(await client.get('message:react', { roomId, messageId: foreign.id, emoji: '❤', on: true })).toEqual({ rev: 7 });
    expect(gateway.log.appended).toEqual([
      { type: MessageEdited.type, payload: expect.objectContaining({ messageId: own.id, text: 'better', role: 'member' }) },
      { type: MessageDeleted.type, payload: expect.objectContaining({ messageId: own.id, userId: client.userId }) },
      { type: MessageReacted.type, payload: expect.objectContaining({ messageId: foreign.id, emoji: '❤️', on: true }) },
    ]);
    const ids = gateway.log.appended.map(({ payload }) => (payload as { commandId: string }).commandId);
    expect(new Set(ids).size).toBe(3);
  });

  it('are refused before they are accepted where that is final', async () => {
    const stranger = await gateway.connect();
    gateway.world.change(roomId, own.id, { text: '', deletedAt: new Date().toISOString() });
    const { id } = foreign;
    expect(await client.code('message:edit', { roomId, messageId: id, text: 'mine now' })).toBe('FORBIDDEN');
    expect(await client.code('message:delete', { roomId, messageId: id })).toBe('FORBIDDEN');
    expect(await client.code('message:edit', { roomId, messageId: own.id, text: 'again' })).toBe('MESSAGE_DELETED');
    expect(await client.code('message:react', { roomId, messageId: own.id, emoji: '👍', on: true })).toBe('MESSAGE_DELETED');
    expect(await stranger.code('message:react', { roomId, messageId: id, emoji: '👍', on: true })).toBe('NOT_A_MEMBER');
    expect(await client.code('message:edit', { roomId: randomUUID(), messageId: id, text: 'x' })).toBe('ROOM_NOT_FOUND');
    expect(gateway.log.appended).toEqual([]);
  });

  it.each([
    ['message:edit', { text: ' \n ' }],
    ['message:edit', { text: 'a\u0000' }],
    ['message:edit', { text: 'x'.repeat(4_001) }],
    ['message:edit', {}],
    ['message:delete', { text: 'x' }],
    ['message:react', { emoji: 'thumbs up', on: true }],
    ['message:react', { emoji: '👍👍', on: true }],
    ['message:react', { emoji: '', on: true }],
    ['message:react', { emoji: '👍', on: 'yes' }],
  ])('%s %j is VALIDATION_FAILED', async (event, part) => {
    expect(await client.code(event, { roomId, messageId: own.id, ...part })).toBe('VALIDATION_FAILED');
  });

  it('tell what was decided when their turn came, and UNCONFIRMED when nobody can say', async () => {
    gateway.world.outcome = { rev: 2, refusal: 'VALIDATION_FAILED' };
    expect(await client.code('message:react', { roomId, messageId: foreign.id, emoji: '👍', on: true })).toBe('VALIDATION_FAILED');
    gateway.world.broken.add('wait');
    expect(await client.ask('message:react', { roomId, messageId: foreign.id, emoji: '👍', on: true })).toMatchObject({
      ok: false,
      error: { code: 'UNCONFIRMED', retryable: true },
    });
  });

  it('reach those who have the room open, in order', async () => {
    await client.get('room:open', { roomId });
    for (const text of ['one', 'two']) gateway.change(roomId, foreign.id, { text });
    await eventually(() => changed().length === 2);
    expect(changed()).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
  });

  it('are repaired when the fan-out lost them, whether the next one shows it or not', async () => {
    await client.get('room:open', { roomId });
    gateway.fanout.isLosing = true;
    for (const text of ['lost', 'lost, too']) gateway.change(roomId, foreign.id, { text });
    gateway.change(roomId, own.id, { text: 'lost as well' });
    gateway.fanout.isLosing = false;
    await eventually(() => changed().length === 2, FIVE_SECONDS);
    // What was overtaken is not told any more, and `after` says so.
    expect(client.of('message:changed').map(({ change, after, message }) => [after, change, message.text])).toEqual([
      [0, 2, 'lost, too'],
      [2, 3, 'lost as well'],
    ]);
    gateway.fanout.isLosing = true;
    gateway.change(roomId, own.id, { text: 'lost' });
    gateway.fanout.isLosing = false;
    gateway.change(roomId, foreign.id, { text: 'not lost' });
    await eventually(() => changed().some(([, text]) => text === 'lost'), { timeoutMs: 1500 });
  });

  it('only tell where the room stands when too many were lost', async () => {
    const messages = Array.from({ length: 220 }, () => gateway.post(roomId, author));
    await client.get('room:open', { roomId });
    gateway.fanout.isLosing = true;
    for (const { id } of messages) gateway.change(roomId, id, { text: 'changed' });
    gateway.fanout.isLosing = false;
    await eventually(() => client.of('room:head').length > 0, FIVE_SECONDS);
    expect(client.of('room:head')).toEqual([{ roomId, epoch: 1, head: 222, changes: 220 }]);
    const answer = await client.get('rooms:sync', { rooms: [{ roomId, epoch: 1, lastSeq: 222, lastChange: 0 }] });
    expect(answer.rooms).toEqual([expect.objectContaining({ changes: 220, messages: [] })]);
    expect(answer.rooms[0]).not.toHaveProperty('changed');
  });

  it('are in what a client reads afterwards', async () => {
    await client.get('room:open', { roomId });
    gateway.change(roomId, foreign.id, { text: 'changed' });
    await eventually(() => changed().length === 1);
    const late = await gateway.connect();
    const opened = await late.get('room:open', { roomId });
    expect(opened.changes).toBe(1);
    expect(opened.messages.map(({ text }) => text)).toEqual(['hello', 'changed']);
  });

  describe('while a client was away', () => {
    const resume = (lastChange?: number, lastSeq = 2) =>
      client.get('rooms:sync', { rooms: [{ roomId, epoch: 1, lastSeq, ...(lastChange === undefined ? {} : { lastChange }) }] });
    const texts = ({ rooms }: Awaited<ReturnType<typeof resume>>) =>
      rooms.map((room) => ('head' in room ? [room.changes, room.changed?.map(({ text }) => text)] : room.error));

    it('come with the answer, each message once and as it is now', async () => {
      for (const text of ['once', 'twice']) gateway.change(roomId, foreign.id, { text });
      gateway.change(roomId, own.id, { text: 'own' });
      expect(texts(await resume(0))).toEqual([[3, ['twice', 'own']]]);
      expect(texts(await resume(2))).toEqual([[3, ['own']]]);
      expect(texts(await resume(3))).toEqual([[3, []]]);
      expect(texts(await resume())).toEqual([[3, undefined]]);
      // A message that the client does not have yet comes as it is now.
      const { rooms } = await resume(0, 1);
      expect(rooms).toEqual([expect.objectContaining({ messages: [expect.objectContaining({ text: 'twice' })] })]);
      expect(texts({ rooms })).toEqual([[3, ['own']]]);
    });

    it('come from memory when somebody else kept the room open here', async () => {
      const other = await gateway.connect();
      await other.get('room:open', { roomId });
      for (const text of ['once', 'twice']) gateway.change(roomId, foreign.id, { text });
      await eventually(() => other.of('message:changed').length === 2);
      const before = gateway.world.asked['listChanged'] ?? 0;
      expect(texts(await resume(0))).toEqual([[2, ['twice']]]);
      expect(gateway.world.asked['listChanged'] ?? 0).toBe(before);
      expect(await client.get('room:open', { roomId, epoch: 1, lastSeq: 2, lastChange: 1 })).toMatchObject({
        changes: 2,
        changed: [{ text: 'twice' }],
      });
    });
  });
});
