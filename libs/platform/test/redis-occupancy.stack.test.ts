import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { occupancyContract } from '../src/occupancy/occupancy.contract.js';
import { RedisOccupancy } from '../src/occupancy/redis-occupancy.js';
import { RedisWorld } from './redis-world.js';

Logger.overrideLogger(false);

const url = inject('stackEnv').PARLEY_REDIS_URL;
const PATIENCE = { timeout: 10_000, interval: 20 };

describe.skipIf(url === undefined)('RedisOccupancy', () => {
  let world: RedisWorld;
  let key: string;
  const opened: RedisOccupancy[] = [];
  beforeEach(() => {
    world = new RedisWorld(url!);
    key = randomUUID();
  });
  afterEach(async () => {
    for (const occupancy of opened.splice(0)) occupancy.onApplicationShutdown();
    await world[Symbol.asyncDispose]();
  });

  const open = async (leaseMs?: number) => {
    const connection = await world.connect();
    const occupancy = new RedisOccupancy(connection, { prefix: world.prefix, ...(leaseMs === undefined ? {} : { leaseMs }) });
    opened.push(occupancy);
    return { occupancy, connection };
  };

  occupancyContract(async () => ({ occupancy: (await open()).occupancy, [Symbol.asyncDispose]: () => Promise.resolve() }));

  it('gives out no more places in all processes together than in one', async () => {
    const processes = await Promise.all([open(), open(), open()]);
    const answers = await Promise.all(processes.flatMap(({ occupancy }) => Array.from({ length: 10 }, () => occupancy.enter(key, 20))));
    expect(answers.filter(Boolean)).toHaveLength(20);
    processes[0]!.occupancy.leave(key);
    await expect.poll(() => processes[2]!.occupancy.enter(key, 20), PATIENCE).toBe(true);
    expect(await processes[1]!.occupancy.enter(key, 20)).toBe(false);
  });

  it('takes the places of a process that died back when its lease ends', async () => {
    const [dead, alive] = [await open(300), await open(300)];
    for (let taken = 0; taken < 3; taken += 1) await dead.occupancy.enter(key, 3);
    expect(await alive.occupancy.enter(key, 3)).toBe(false);
    dead.occupancy.onApplicationShutdown();
    await expect.poll(() => alive.occupancy.enter(key, 3), PATIENCE).toBe(true);
  });

  it('keeps the places of a process that lives, for longer than a lease', async () => {
    const [holder, other] = [await open(200), await open(200)];
    await holder.occupancy.enter(key, 1);
    const refusals: boolean[] = [];
    await vi.waitFor(async () => {
      refusals.push(await other.occupancy.enter(key, 1));
      expect(refusals.length).toBeGreaterThan(40);
    }, PATIENCE);
    expect(refusals).not.toContain(true);
  });

  it('counts alone while Redis is away', async () => {
    const { occupancy, connection } = await open();
    await connection.close();
    expect([await occupancy.enter(key, 2), await occupancy.enter(key, 2), await occupancy.enter(key, 2)]).toEqual([true, true, false]);
    occupancy.leave(key);
    expect(await occupancy.enter(key, 2)).toBe(true);
  });

  it('tells Redis again what it has lost', async () => {
    const [holder, other] = [await open(300), await open(300)];
    await holder.occupancy.enter(key, 1);
    const { commands } = holder.connection;
    await commands.del(...(await commands.keys(`{${world.prefix}:held}*`)));
    await expect
      .poll(async () => {
        const isTaken = await other.occupancy.enter(key, 1);
        if (isTaken) other.occupancy.leave(key);
        return isTaken;
      }, PATIENCE)
      .toBe(false);
  });
});
