import { randomUUID } from 'node:crypto';
import { eventually } from '@parley/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { GatewayFixture, type TestClient } from './gateway-fixture.js';

describe('presence', () => {
  let gateway: GatewayFixture;
  let alice: TestClient;
  beforeEach(async () => {
    gateway = await GatewayFixture.start({ PARLEY_GATEWAY_TYPING_MEMBERS_MAX: '2' });
    alice = await gateway.connect();
    return () => gateway[Symbol.asyncDispose]();
  });
  const watch = async (client: TestClient, ...userIds: string[]) => (await client.get('presence:watch', { userIds })).states;
  const heard = (client: TestClient) => client.of('presence').flatMap(({ states }) => states.map(({ userId, state }) => [userId, state]));

  it('answers how people are, in the order asked for, strangers to everybody included', async () => {
    const [bob, nobody] = [await gateway.connect(), randomUUID()];
    await eventually(async () => (await gateway.presence.find([bob.userId]))[0]?.state === 'online');
    const states = await watch(alice, nobody, bob.userId, alice.userId, bob.userId);
    expect(states.map(({ userId, state }) => [userId, state])).toEqual([
      [nobody, 'offline'],
      [bob.userId, 'online'],
      [alice.userId, 'online'],
    ]);
    expect(states[0]!.lastSeenAt).toBeNull();
    expect(Date.now() - Date.parse(states[1]!.lastSeenAt!)).toBeLessThan(5_000);
  });

  it('tells within two seconds who comes, only to those who look, and later who has gone', async () => {
    const [bobId, carolId] = [randomUUID(), randomUUID()];
    const other = await gateway.connect();
    await watch(alice, bobId);
    await watch(other, carolId);
    const cameAt = performance.now();
    const bob = await gateway.connect(bobId);
    await eventually(() => heard(alice).length === 1);
    expect(performance.now() - cameAt).toBeLessThan(2_000);
    expect(heard(alice)).toEqual([[bobId, 'online']]);
    bob.socket.disconnect();
    await eventually(() => heard(alice).length === 2, { timeoutMs: 6_000 });
    expect(heard(alice).at(-1)).toEqual([bobId, 'offline']);
    expect(alice.of('presence').at(-1)?.states[0]?.lastSeenAt).not.toBeNull();
    expect(heard(other)).toEqual([]);
  });

  it('replaces the set, and forgets it with the socket', async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    await watch(alice, one);
    await watch(alice, two);
    await gateway.connect(one);
    await gateway.connect(two);
    await eventually(() => heard(alice).length === 1);
    expect(heard(alice)).toEqual([[two, 'online']]);
    expect(await watch(alice)).toEqual([]);
  });

  it('is away when all devices are, and online with the first that is not', async () => {
    const bob = await gateway.connect();
    const phone = await gateway.connect(bob.userId);
    await eventually(async () => (await watch(alice, bob.userId))[0]?.state === 'online');
    await bob.get('presence:set', { state: 'away' });
    await phone.get('presence:set', { state: 'away' });
    await eventually(() => heard(alice).length === 1);
    await phone.get('presence:set', { state: 'online' });
    await eventually(() => heard(alice).length === 2);
    expect(heard(alice)).toEqual([
      [bob.userId, 'away'],
      [bob.userId, 'online'],
    ]);
    phone.socket.disconnect();
    await eventually(() => heard(alice).length === 3, { timeoutMs: 6_000 });
    expect(heard(alice).at(-1)).toEqual([bob.userId, 'away']);
  });

  it('does not go and come for who reloads the page', async () => {
    const bob = await gateway.connect();
    await eventually(async () => (await watch(alice, bob.userId))[0]?.state === 'online');
    bob.socket.disconnect();
    await gateway.connect(bob.userId);
    const carolId = randomUUID();
    await watch(alice, bob.userId, carolId);
    const carol = await gateway.connect(carolId);
    await eventually(() => heard(alice).length === 1);
    carol.socket.disconnect();
    await eventually(() => heard(alice).length === 2, { timeoutMs: 6_000 });
    expect(heard(alice)).toEqual([
      [carolId, 'online'],
      [carolId, 'offline'],
    ]);
  });

  it('notices within the promise what no notice tells of: a gateway that died', { timeout: 20_000 }, async () => {
    const bobId = randomUUID();
    const elsewhere = { gatewayId: 'another', socketId: 'socket', userId: bobId };
    await gateway.presence.connect({ ...elsewhere, state: 'online' });
    await gateway.presence.renew('another', 1_000);
    expect((await watch(alice, bobId))[0]?.state).toBe('online');
    await eventually(() => heard(alice).length === 1, { timeoutMs: 12_000 });
    expect(heard(alice)).toEqual([[bobId, 'offline']]);
  });

  it('believes nothing while the store is blind', async () => {
    const bob = await gateway.connect();
    await eventually(async () => (await watch(alice, bob.userId))[0]?.state === 'online');
    Object.defineProperty(gateway.presence, 'isBlind', { value: true });
    gateway.presence.find = (userIds) => Promise.resolve(userIds.map((userId) => ({ userId, state: 'offline', lastSeenAt: null })));
    await gateway.connect(bob.userId);
    expect((await watch(alice, bob.userId))[0]?.state).toBe('online');
  });

  it.each([
    { userIds: Array.from({ length: 501 }, () => randomUUID()) },
    { userIds: ['*'] },
    { userIds: 'everybody' },
    {},
    { userIds: [], more: true },
  ])('refuses %#', async (payload) => {
    expect(await alice.code('presence:watch', payload)).toBe('VALIDATION_FAILED');
    expect(await alice.code('presence:set', payload)).toBe('VALIDATION_FAILED');
  });

  it('costs as much as it asks for', async () => {
    const userIds = Array.from({ length: 500 }, () => randomUUID());
    const codes = await Promise.all(Array.from({ length: 20 }, () => alice.code('presence:watch', { userIds })));
    expect(codes.filter((code) => code === 'ok').length).toBeLessThan(12);
    expect(codes).toContain('RATE_LIMITED');
  });

  it('of a crowd does not tell who types', async () => {
    const ids = [alice.userId, randomUUID(), randomUUID()];
    const [crowded, small] = [gateway.world.addRoom({ members: ids }), gateway.world.addRoom({ members: ids.slice(0, 2) })];
    const bob = await gateway.connect(ids[1]!);
    for (const roomId of [crowded, small]) {
      await alice.get('room:open', { roomId });
      await bob.get('typing', { roomId, on: true });
    }
    await eventually(() => alice.of('typing').length > 0);
    expect(alice.of('typing').map(({ roomId }) => roomId)).toEqual([small]);
  });
});
