import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Occupancy } from './occupancy.js';

export interface OccupancyWorld extends AsyncDisposable {
  readonly occupancy: Occupancy;
}

/** What `Occupancy` promises. Run it against every adapter; production code never imports this. */
export function occupancyContract(start: () => Promise<OccupancyWorld>): void {
  let world: OccupancyWorld;
  let key: string;
  beforeEach(async () => {
    world = await start();
    key = randomUUID();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const enter = (limit: number, under = key) => world.occupancy.enter(under, limit);

  it('gives out as many places as there are, to those who come first', async () => {
    expect(await Promise.all(Array.from({ length: 5 }, () => enter(3)))).toEqual([true, true, true, false, false]);
  });

  it('gives out again what was given back, and nothing for those who were refused', async () => {
    await Promise.all([enter(2), enter(2)]);
    for (let refused = 0; refused < 5; refused += 1) expect(await enter(2)).toBe(false);
    world.occupancy.leave(key);
    expect(await enter(2)).toBe(true);
    expect(await enter(2)).toBe(false);
  });

  it('counts each key by itself', async () => {
    expect([await enter(1), await enter(1, 'another'), await enter(1)]).toEqual([true, true, false]);
    world.occupancy.leave('another');
  });

  it('goes by the limit that is asked with', async () => {
    expect([await enter(1), await enter(1), await enter(2), await enter(2)]).toEqual([true, false, true, false]);
  });
}
