import { expect, it } from 'vitest';
import { Happened, type EventLogWorld } from './event-log.contract.js';
import { positionKey, type BacklogRecord, type LogBacklog } from './log-backlog.js';

/** `open` gives the backlog of that world's log. */
export function logBacklogContract(openWorld: () => Promise<EventLogWorld>, open: (world: EventLogWorld) => Promise<LogBacklog>): void {
  it('is what some group has not handled, in order, and nothing that comes later', { timeout: 60_000 }, async () => {
    await using world = await openWorld();
    const log = await world.open();
    const append = (n: number, key = 'a') => log.append(Happened, { key, n });
    await using backlog = await open(world);
    const read = async () => {
      const records: BacklogRecord[] = [];
      await backlog.read(await backlog.handled(), await backlog.ends(), async (record) => void records.push(record));
      return records.map(({ topic, type, payload }) => `${topic} ${type} ${(JSON.parse(payload) as { n: number }).n}`);
    };
    const listen = (group: string) => log.consume({ topic: 'chat.messages', group, events: [Happened], handle: async () => undefined });
    const line = (n: number) => `chat.messages ${Happened.type} ${n}`;

    for (const n of [1, 2]) await append(n);
    expect(await read()).toEqual([line(1), line(2)]); // nobody has handled anything

    for (const group of ['quick', 'slow']) {
      const subscription = await listen(group);
      await subscription.caughtUp();
      await subscription.close(); // which notes how far it came
    }
    expect(await read()).toEqual([]);

    for (const n of [3, 4]) await append(n);
    const quick = await listen('quick');
    await quick.caughtUp();
    await quick.close();
    expect(await read()).toEqual([line(3), line(4)]);

    const [from, to] = [await backlog.handled(), await backlog.ends()];
    await append(5);
    const seen: string[] = [];
    await backlog.read(from, to, async ({ payload }) => void seen.push(payload));
    expect(seen).toHaveLength(2);
    expect([...to.keys()]).toContain(positionKey('chat.users', 0));
    await expect(backlog.read(from, to, () => Promise.reject(new Error('the disk is full')))).rejects.toThrow('the disk is full');
  });
}
