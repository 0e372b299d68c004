import { randomUUID } from 'node:crypto';
import { eventually } from '@parley/testing';
import { describe, expect, it } from 'vitest';
import { GatewayFixture } from './gateway-fixture.js';

/** What takes seconds by its nature, side by side. */
describe.concurrent('in time', () => {
  it('a lost tail is sent within five seconds, once, in order', async () => {
    await using gateway = await GatewayFixture.start();
    const client = await gateway.connect();
    const roomId = gateway.world.addRoom();
    await client.get('room:open', { roomId });
    gateway.fanout.isLosing = true;
    for (let index = 0; index < 3; index += 1) gateway.post(roomId, randomUUID());
    await eventually(() => client.seqs(roomId).length === 3, { timeoutMs: 5000 });
    expect(client.seqs(roomId)).toEqual([1, 2, 3]);
  });

  it('who says nothing for six seconds is no longer typing', async () => {
    await using gateway = await GatewayFixture.start();
    const [alice, bob] = [await gateway.connect(), await gateway.connect()];
    const roomId = gateway.world.addRoom({ members: [alice.userId, bob.userId] });
    for (const each of [alice, bob]) await each.get('room:open', { roomId });
    await bob.get('typing', { roomId, on: true });
    await eventually(() => alice.of('typing').length === 1);
    const startedAt = performance.now();
    await eventually(() => alice.of('typing').length === 2, { timeoutMs: 8000 });
    expect(alice.of('typing').at(-1)).toEqual({ roomId, userIds: [] });
    expect(performance.now() - startedAt).toBeGreaterThan(5500);
  });

  it('a socket lives on with a renewed token, and loses the connection without one', async () => {
    await using gateway = await GatewayFixture.start();
    const userId = randomUUID();
    const kept = await gateway.connect(userId, { expiresInSeconds: 1 });
    const lost = await gateway.connect(userId, { expiresInSeconds: 1 });
    const token = await gateway.world.token(userId, { sessionId: kept.sessionId, expiresInSeconds: 100 });
    const { expiresAt } = await kept.get('auth:renew', { token });
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 90_000);
    await eventually(() => lost.ended !== undefined, { timeoutMs: 10_000 });
    expect(lost.ended).toBe('transport close'); // after which clients come back
    expect(lost.of('session:ended')).toEqual([]);
    expect(await kept.code('room:close', { roomId: randomUUID() })).toBe('ok');
  });

  it('a stop does not wait for an answer that never comes', async () => {
    const gateway = await GatewayFixture.start();
    const client = await gateway.connect();
    const roomId = gateway.world.addRoom({ members: [client.userId] });
    gateway.log.beforeAppend = () => new Promise(() => undefined);
    client.socket.emit('message:send', { roomId, clientMsgId: randomUUID(), text: 'x' });
    await client.code('room:close', { roomId });
    const startedAt = performance.now();
    await gateway.app.close();
    expect(performance.now() - startedAt).toBeLessThan(8000);
  });
});
