import { eventually } from '@parley/testing';
import { expect, it } from 'vitest';
import type { DeadLetters } from './dead-letters.js';
import { Happened, type EventLogWorld } from './event-log.contract.js';

/** `open` gives the dead letters of that world's log. */
export function deadLettersContract(openWorld: () => Promise<EventLogWorld>, open: (world: EventLogWorld) => Promise<DeadLetters>): void {
  it('tells of each with its origin, and brings it back to where it came from', async () => {
    await using world = await openWorld();
    await using letters = await open(world);
    expect(await letters.list()).toEqual([]);
    const log = await world.open();
    const seen: number[] = [];
    let isFixed = false;
    const subscription = await log.consume({
      topic: 'chat.messages',
      group: 'readers',
      events: [Happened],
      handle: async (records) => {
        if (!isFixed && records.some(({ payload }) => payload.n < 0)) throw new TypeError('cannot take what is negative');
        seen.push(...records.map(({ payload }) => payload.n));
      },
    });
    await world.appendRaw('chat.messages', 2, Happened.type, 'no {json');
    await world.appendRaw('chat.messages', 2, Happened.type, JSON.stringify({ key: 'a', n: -1 }));
    await world.appendRaw('chat.messages', 2, Happened.type, JSON.stringify({ key: 'a', n: 2 }));
    await eventually(async () => expect(await letters.list()).toHaveLength(2), { timeoutMs: 30_000, intervalMs: 200 });
    const [broken, refused] = (await letters.list()).sort((a, b) => Number(a.offset - b.offset));
    const origin = { topic: 'chat.messages', partition: 2, group: 'readers', type: Happened.type };
    expect(broken).toMatchObject({
      ...origin,
      offset: 0n,
      payload: 'no {json',
      error: expect.stringContaining('cannot be decoded') as string,
    });
    expect(refused).toMatchObject({ ...origin, offset: 1n, error: 'TypeError: cannot take what is negative' });
    expect(Math.abs(refused!.setAsideAt.getTime() - Date.now())).toBeLessThan(60_000);

    isFixed = true;
    await letters.replay(refused!);
    await eventually(() => expect(seen).toEqual([2, -1]), { timeoutMs: 10_000 });
    expect((await letters.list()).map(({ id }) => id)).toEqual([broken!.id]);
    await expect(letters.replay(refused!)).rejects.toThrow(`there is no dead letter ${refused!.id}`);

    // It is no better the second time: set aside anew, with its new place.
    await letters.replay(broken!);
    await eventually(async () => expect(await letters.list()).toMatchObject([{ ...origin, offset: 4n, payload: 'no {json' }]), {
      timeoutMs: 30_000,
      intervalMs: 200,
    });
    await subscription.close();
  });
}
