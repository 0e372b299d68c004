import { randomUUID } from 'node:crypto';
import { roomChannel } from '@parley/contracts';
import { eventually } from '@parley/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { GatewayFixture, type TestClient } from './gateway-fixture.js';

const FIVE_SECONDS = { timeoutMs: 5000 };

describe('repairing what the fan-out lost', () => {
  let gateway: GatewayFixture;
  let client: TestClient;
  let roomId: string;
  const author = randomUUID();
  beforeEach(async () => {
    gateway = await GatewayFixture.start({ PARLEY_GATEWAY_HEAD_CHECK_MS: '400' }, 0);
    client = await gateway.connect();
    roomId = gateway.world.addRoom({ members: [client.userId] });
    gateway.post(roomId, author);
    await client.get('room:open', { roomId });
    return () => gateway[Symbol.asyncDispose]();
  });

  const lose = (count: number) => {
    gateway.fanout.isLosing = true;
    for (let index = 0; index < count; index += 1) gateway.post(roomId, author);
    gateway.fanout.isLosing = false;
  };
  const repairs = async () =>
    (await (await fetch(`${gateway.url}/metrics`)).text()).match(/^parley_gateway_repairs_total\{kind="\w+"\} \d+$/gm) ?? [];

  it('counts what it repairs', async () => {
    lose(3);
    await eventually(() => client.seqs(roomId).length === 3, FIVE_SECONDS);
    expect(client.seqs(roomId)).toEqual([2, 3, 4]);
    expect(await repairs()).toEqual(['parley_gateway_repairs_total{kind="messages"} 1']);
  });

  it('fills a hole at once when the next message shows it', async () => {
    lose(2);
    gateway.post(roomId, author);
    await eventually(() => new Set(client.seqs(roomId)).size === 3, { timeoutMs: 1000 });
  });

  it('looks at once when the fan-out says that it was interrupted', async () => {
    lose(2);
    gateway.fanout.interrupted();
    await eventually(() => client.seqs(roomId).length === 2, { timeoutMs: 1000 });
  });

  it('asks clients, once, to load anew what is told only once, when the fan-out was interrupted', async () => {
    const classic = await gateway.connectClassic();
    for (let times = 0; times < 5; times += 1) gateway.fanout.interrupted();
    await eventually(() => client.of('lists:stale').length > 0, FIVE_SECONDS);
    expect(client.of('lists:stale')).toEqual([{ afterMs: 10_000 }]);
    expect(classic.received.map(({ event }) => event)).not.toContain('lists:stale');
  });

  it('only tells the head when too much is missing; clients ask for what they want', async () => {
    lose(250);
    await eventually(() => client.of('room:head').length > 0, FIVE_SECONDS);
    expect(client.of('room:head')).toEqual([{ roomId, epoch: 1, head: 251, changes: 0 }]);
    const answer = await client.get('rooms:sync', { rooms: [{ roomId, epoch: 1, lastSeq: 100 }] });
    expect(answer.rooms).toEqual([expect.objectContaining({ head: 251, recovered: true })]);
  });

  it('tells the head with its new epoch when the history was restored', async () => {
    gateway.world.epoch = 2;
    await eventually(() => client.of('room:head').length > 0, FIVE_SECONDS);
    expect(client.of('room:head')).toEqual([{ roomId, epoch: 2, head: 1, changes: 0 }]);
    expect(await client.get('room:open', { roomId, epoch: 1, lastSeq: 1 })).toMatchObject({ epoch: 2, recovered: false });
  });

  it('does not repeat what is on its way', async () => {
    const message = gateway.world.store(roomId, author, 'slow');
    gateway.fanout.interrupted();
    await eventually(() => (gateway.world.asked['heads'] ?? 0) > 0);
    gateway.fanout.toSockets(roomChannel(roomId), 'messages', { roomId, epoch: 1, messages: [message] });
    const asked = gateway.world.asked['heads'] ?? 0;
    await eventually(() => (gateway.world.asked['heads'] ?? 0) > asked, FIVE_SECONDS);
    expect(client.seqs(roomId)).toEqual([2]);
    expect(await repairs()).toEqual([]);
  });

  it('goes on when storage was away for a while', async () => {
    gateway.world.broken.add('heads');
    lose(1);
    await eventually(() => (gateway.world.asked['heads'] ?? 0) > 0, FIVE_SECONDS);
    expect(client.seqs(roomId)).toEqual([]);
    gateway.world.broken.clear();
    await eventually(() => client.seqs(roomId).length === 1, FIVE_SECONDS);
  });

  it('asks nothing while nobody has a room open', async () => {
    await client.get('room:close', { roomId });
    gateway.world.asked['heads'] = 0;
    gateway.fanout.interrupted();
    expect(await client.code('room:close', { roomId })).toBe('ok');
    expect(gateway.world.asked['heads']).toBe(0);
  });

  it('shows who comes after the loss what was lost before the gateway noticed', async () => {
    lose(1);
    const late = await gateway.connect();
    await late.get('room:open', { roomId });
    await eventually(() => late.seqs(roomId).includes(2), FIVE_SECONDS);
    expect(late.of('messages')).toEqual([expect.objectContaining({ roomId, mended: true })]);
  });
});
