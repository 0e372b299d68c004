import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PresenceStore } from './presence-store.js';

export interface PresenceWorld extends AsyncDisposable {
  readonly store: PresenceStore;
  /** Ms since 1970, as the store sees it. */
  now(): number;
  /** Lets time pass for the store. */
  pass(ms: number): Promise<void>;
}

/** What `PresenceStore` promises. Run it against every adapter; production code never imports this. */
export function presenceStoreContract(start: () => Promise<PresenceWorld>): void {
  let world: PresenceWorld;
  let store: PresenceStore;
  let gatewayId: string;
  let userId: string;

  beforeEach(async () => {
    world = await start();
    store = world.store;
    gatewayId = randomUUID();
    userId = randomUUID();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const connect = (socketId: string, state: 'online' | 'away' = 'online', gateway = gatewayId) =>
    store.connect({ gatewayId: gateway, socketId, userId, state });
  const disconnect = (socketId: string, gateway = gatewayId) => store.disconnect({ gatewayId: gateway, socketId, userId });
  const find = async () => (await store.find([userId]))[0]!;

  it('knows nothing of people it never saw', async () => {
    expect(await find()).toEqual({ userId, state: 'offline', lastSeenAt: null });
  });

  it('answers in the order asked for, also twice for the same person', async () => {
    const others = Array.from({ length: 20 }, () => randomUUID());
    await connect('s1');
    const asked = [...others.slice(0, 10), userId, ...others.slice(10), userId];
    const found = await store.find(asked);
    expect(found.map((entry) => entry.userId)).toEqual(asked);
    expect(found.filter((entry) => entry.state === 'online')).toHaveLength(2);
    expect(await store.find([])).toEqual([]);
  });

  it('has people online while any of their connections is, on any gateway', async () => {
    const other = randomUUID();
    await connect('s1');
    await connect('s1', 'away', other);
    await disconnect('s1', other);
    expect(await find()).toMatchObject({ state: 'online' });
    await connect('s2', 'online', other);
    await disconnect('s1');
    expect(await find()).toMatchObject({ state: 'online' });
    await disconnect('s2', other);
    expect(await find()).toMatchObject({ state: 'offline' });
  });

  it('has people away when all their connections are', async () => {
    await connect('s1', 'away');
    await connect('s2', 'online');
    expect(await find()).toMatchObject({ state: 'online' });
    await connect('s2', 'away');
    expect(await find()).toMatchObject({ state: 'away' });
    await connect('s1', 'online');
    expect(await find()).toMatchObject({ state: 'online' });
  });

  it('knows when people were last here: now, or when the last connection went', async () => {
    await connect('s1');
    expect(Math.abs((await find()).lastSeenAt! - world.now())).toBeLessThan(1_000);
    await disconnect('s1');
    const left = world.now();
    await world.pass(1_500);
    const { state, lastSeenAt } = await find();
    expect(state).toBe('offline');
    expect(Math.abs(lastSeenAt! - left)).toBeLessThan(1_000);
  });

  it('does not mind connections that it does not have', async () => {
    await disconnect('never');
    await connect('s1');
    await disconnect('s2');
    await disconnect('s1', randomUUID());
    expect(await find()).toMatchObject({ state: 'online' });
    await disconnect('s1');
    await disconnect('s1');
    expect(await find()).toMatchObject({ state: 'offline' });
  });

  it('drops the connections of a gateway that no longer renews, and only those', async () => {
    const [dead, alive] = [gatewayId, randomUUID()];
    const neighbour = randomUUID();
    await connect('s1', 'online', dead);
    await store.connect({ gatewayId: alive, socketId: 's1', userId: neighbour, state: 'online' });
    await store.renew(dead, 1_000);
    await store.renew(alive, 60_000);
    expect(await find()).toMatchObject({ state: 'online' });
    await world.pass(1_200);
    expect((await store.find([userId, neighbour])).map(({ state }) => state)).toEqual(['offline', 'online']);
  });

  it('keeps connections for as long as their gateway renews', async () => {
    await connect('s1');
    for (let i = 0; i < 4; i++) {
      await store.renew(gatewayId, 1_000);
      await world.pass(600);
      expect(await find()).toMatchObject({ state: 'online' });
    }
  });

  it('takes a gateway back that connects its people anew', async () => {
    await connect('s1');
    await store.renew(gatewayId, 1_000);
    await world.pass(1_200);
    await store.renew(gatewayId, 1_000);
    await connect('s1');
    expect(await find()).toMatchObject({ state: 'online' });
  });

  it('keeps people apart who share a socket id on different gateways', async () => {
    const [other, neighbour] = [randomUUID(), randomUUID()];
    await connect('s1');
    await store.connect({ gatewayId: other, socketId: 's1', userId: neighbour, state: 'away' });
    await store.disconnect({ gatewayId: other, socketId: 's1', userId: neighbour });
    expect((await store.find([userId, neighbour])).map(({ state }) => state)).toEqual(['online', 'offline']);
  });

  describe('a first lease', () => {
    it('lasts long enough for a gateway to renew it in peace', async () => {
      await connect('s1');
      await world.pass(2_000);
      expect(await find()).toMatchObject({ state: 'online' });
    });
  });
}
