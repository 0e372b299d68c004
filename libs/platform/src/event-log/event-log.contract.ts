import { randomUUID } from 'node:crypto';
import { defineEvent, type EventDefinition, type TopicName } from '@parley/contracts';
import { Metrics } from '@parley/telemetry';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { EventLog, LogRecord, Subscription } from './event-log.js';
import { EventLogMetrics } from './event-log-metrics.js';
import { partitionOf } from './partition-of.js';

export interface DeadLetterRow {
  readonly topic: string;
  readonly originTopic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly group: string;
  readonly type: string;
  readonly payload: string;
  readonly error: string;
}

/** One log on which nothing else works. */
export interface EventLogWorld extends AsyncDisposable {
  /** What another process would have: a log of its own over the same storage. The world closes those left open. */
  open(options?: { readonly metrics?: EventLogMetrics }): Promise<EventLog>;
  /** Writes a record past all checks, as a faulty or a newer version of Parley might. */
  appendRaw(topic: TopicName, partition: number, type: string, payload: string): Promise<void>;
  deadLetters(topic: TopicName): Promise<DeadLetterRow[]>;
  /** Cuts every network connection of this log's process, without a word to it. */
  cutConnections(): Promise<void>;
}

export const Happened = defineEvent({
  type: 'test.happened.v1',
  topic: 'chat.messages',
  keyOf: (event) => event.key,
  schema: z.strictObject({ key: z.string(), n: z.number().int() }),
});
type Happened = z.output<typeof Happened.schema>;

/** In the same topic. */
export const Passed = defineEvent({
  type: 'test.passed.v1',
  topic: 'chat.messages',
  keyOf: (event) => event.key,
  schema: z.strictObject({ key: z.string() }),
});

/** In another one. */
const Registered = defineEvent({
  type: 'test.registered.v1',
  topic: 'chat.users',
  keyOf: (event) => event.key,
  schema: z.strictObject({ key: z.string() }),
});

const PATIENCE = { timeout: 15_000, interval: 10 };

/** Keys of which every partition of `chat.messages` has one. */
function keyPerPartition(): string[] {
  const keys: string[] = [];
  while (keys.filter(Boolean).length < 4) {
    const key = randomUUID();
    keys[partitionOf('chat.messages', key)] ??= key;
  }
  return keys;
}

/** What `EventLog` promises. Run it against every adapter; production code never imports this. */
export function eventLogContract(start: () => Promise<EventLogWorld>): void {
  let world: EventLogWorld;
  let log: EventLog;
  let group: string;

  beforeEach(async () => {
    world = await start();
    log = await world.open();
    group = `group-${randomUUID()}`;
  });
  afterEach(() => world[Symbol.asyncDispose]());

  /** A consumer that notes what it gets. */
  async function collect(
    on: EventLog = log,
    name: string = group,
    handle?: (records: readonly LogRecord<Happened>[]) => Promise<void> | void,
  ) {
    const seen: LogRecord<Happened>[] = [];
    const batches: (readonly LogRecord<Happened>[])[] = [];
    const subscription = await on.consume<Happened>({
      topic: 'chat.messages',
      group: name,
      events: [Happened],
      handle: async (records) => {
        await handle?.(records);
        batches.push(records);
        seen.push(...records);
      },
    });
    return {
      seen,
      batches,
      subscription,
      of: (key: string) => seen.filter((record) => record.payload.key === key).map((record) => record.payload.n),
    };
  }

  const appendMany = (on: EventLog, keys: readonly string[], count: number, from = 0): Promise<unknown> =>
    Promise.all(Array.from({ length: count }, (_, i) => keys.map((key) => on.append(Happened, { key, n: from + i }))).flat());

  const upTo = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i);

  describe('append', () => {
    it('keeps the order of the calls per key and leaves no hole in the offsets', async () => {
      const keys = keyPerPartition();
      await appendMany(log, keys, 200);
      const { seen, of, subscription } = await collect();
      await subscription.caughtUp();
      for (const key of keys) expect(of(key)).toEqual(upTo(200));
      for (let partition = 0; partition < 4; partition++) {
        const offsets = seen.filter((record) => record.partition === partition).map((record) => record.offset);
        expect(offsets).toEqual(upTo(200).map((n) => offsets[0]! + BigInt(n)));
      }
    });

    it('keeps the order per key while several processes append', async () => {
      const others = [log, await world.open(), await world.open()];
      const keys = others.map(() => randomUUID());
      const { seen, of, subscription } = await collect();
      await Promise.all(
        others.map(async (other, index) => {
          for (let n = 0; n < 60; n += 3)
            await other.appendAll(
              Happened,
              upTo(3, n).map((i) => ({ key: keys[index]!, n: i })),
            );
        }),
      );
      await subscription.caughtUp();
      for (const key of keys) expect(of(key)).toEqual(upTo(60));
      for (let partition = 0; partition < 4; partition++) {
        const offsets = seen.filter((record) => record.partition === partition).map((record) => Number(record.offset));
        expect(offsets).toEqual(upTo(offsets.length, offsets[0]));
      }
    });

    it('writes what the key says where the partitioner says', async () => {
      const key = randomUUID();
      await log.append(Happened, { key, n: 1 });
      const { seen, subscription } = await collect();
      await subscription.caughtUp();
      expect(seen).toEqual([
        {
          type: Happened.type,
          payload: { key, n: 1 },
          topic: 'chat.messages',
          partition: partitionOf('chat.messages', key),
          offset: expect.any(BigInt),
        },
      ]);
    });

    it('is durable when it resolves: another process reads it', async () => {
      const key = randomUUID();
      await log.append(Happened, { key, n: 1 });
      const { of, subscription } = await collect(await world.open());
      await subscription.caughtUp();
      expect(of(key)).toEqual([1]);
    });

    it('refuses a payload that does not fit the schema and writes nothing of that call', async () => {
      const key = randomUUID();
      await expect(log.append(Happened, { key, n: 1.5 })).rejects.toThrow();
      await expect(
        log.appendAll(Happened, [
          { key, n: 1 },
          { key, n: 'two' as unknown as number },
        ]),
      ).rejects.toThrow();
      await log.append(Happened, { key, n: 3 });
      const { of, subscription } = await collect();
      await subscription.caughtUp();
      expect(of(key)).toEqual([3]);
    });

    it('carries any text, also what Postgres and UTF-8 would not take', async () => {
      const keys = ['\u0000', '\ud800', '"\\', '\u2028 😀', ''];
      for (const key of keys) await log.append(Happened, { key, n: 1 });
      const { seen, subscription } = await collect();
      await subscription.caughtUp();
      expect(seen.map((record) => record.payload.key).sort()).toEqual([...keys].sort());
    });

    it('does not run handlers inside append', async () => {
      let isInside = false;
      const inside: boolean[] = [];
      const { subscription } = await collect(log, group, () => void inside.push(isInside));
      isInside = true;
      const appended = log.append(Happened, { key: 'a', n: 1 });
      isInside = false;
      await appended;
      await subscription.caughtUp();
      expect(inside).toEqual([false]);
    });

    it('is refused after close, and close writes what was taken before', async () => {
      const key = randomUUID();
      const appended = appendMany(log, [key], 50);
      await (log as EventLog & { close(): Promise<void> }).close();
      await appended;
      await expect(log.append(Happened, { key, n: 51 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      const { of, subscription } = await collect(await world.open());
      await subscription.caughtUp();
      expect(of(key)).toEqual(upTo(50));
    });
  });

  describe('consume', () => {
    it('gives a new group everything from the oldest record on, and every group everything', async () => {
      const key = randomUUID();
      await appendMany(log, [key], 20);
      const first = await collect(log, `${group}-1`);
      const second = await collect(log, `${group}-2`);
      await appendMany(log, [key], 20, 20);
      await Promise.all([first.subscription.caughtUp(), second.subscription.caughtUp()]);
      expect(first.of(key)).toEqual(upTo(40));
      expect(second.of(key)).toEqual(upTo(40));
    });

    it('goes on where the group stopped', async () => {
      const key = randomUUID();
      await appendMany(log, [key], 10);
      const first = await collect();
      await first.subscription.caughtUp();
      await first.subscription.close();
      await appendMany(log, [key], 10, 10);
      const second = await collect(await world.open());
      await second.subscription.caughtUp();
      expect(second.of(key)).toEqual(upTo(10, 10));
    });

    it('hands over at most maxBatch records at once, from several partitions together', async () => {
      const keys = keyPerPartition();
      await appendMany(log, keys, 20);
      const batches: (readonly LogRecord<Happened>[])[] = [];
      const subscription = await log.consume<Happened>({
        topic: 'chat.messages',
        group,
        events: [Happened],
        maxBatch: 8,
        handle: async (records) => void batches.push(records),
      });
      await subscription.caughtUp();
      expect(batches.flat()).toHaveLength(80);
      expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(8);
      expect(batches.some((batch) => new Set(batch.map((record) => record.partition)).size > 1)).toBe(true);
      for (const key of keys)
        expect(
          batches
            .flat()
            .filter((record) => record.payload.key === key)
            .map((record) => record.payload.n),
        ).toEqual(upTo(20));
    });

    it('also serves a member whose batch is smaller than the number of partitions', async () => {
      const keys = keyPerPartition();
      await appendMany(log, keys, 5);
      const seen: string[] = [];
      const subscription = await log.consume<Happened>({
        topic: 'chat.messages',
        group,
        events: [Happened],
        maxBatch: 1,
        handle: async ([record, ...more]) => {
          expect(more).toEqual([]);
          seen.push(record!.payload.key);
        },
      });
      await subscription.caughtUp();
      for (const key of keys) expect(seen.filter((entry) => entry === key)).toHaveLength(5);
    });

    it('calls a member once at a time', async () => {
      let running = 0;
      let most = 0;
      const { subscription, seen } = await collect(log, group, async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
      });
      for (let n = 0; n < 20; n++) await appendMany(log, keyPerPartition(), 1, n);
      await subscription.caughtUp();
      expect(seen).toHaveLength(80);
      expect(most).toBe(1);
    });

    it('gathers records for a handler that may be late, until somebody asks for them or it closes', async () => {
      const key = randomUUID();
      const batches: number[][] = [];
      const gather = () =>
        log.consume<Happened>({
          topic: 'chat.messages',
          group,
          events: [Happened],
          gatherMs: 60_000,
          handle: async (records) => void batches.push(records.map(({ payload }) => payload.n)),
        });
      const first = await gather();
      await log.append(Happened, { key, n: 0 });
      await vi.waitFor(() => expect(batches).toEqual([[0]]), PATIENCE); // at once
      for (let n = 1; n <= 5; n++) await log.append(Happened, { key, n });
      expect(batches).toEqual([[0]]);
      await first.close();
      expect(batches).toEqual([[0]]);

      const second = await gather();
      await vi.waitFor(() => expect(batches.flat()).toEqual(upTo(6)), PATIENCE);
      await log.append(Happened, { key, n: 6 });
      await second.caughtUp();
      expect(batches.flat()).toEqual(upTo(7));
    });

    it('passes over types that were not asked for', async () => {
      const key = randomUUID();
      const both: EventDefinition<{ key: string; n?: number }>[] = [Happened as never, Passed as never];
      await log.append(Happened, { key, n: 1 });
      await world.appendRaw('chat.messages', 0, 'message.posted.v1', '{"not": "asked for"}');
      await log.append(Happened, { key, n: 2 });
      const { of, subscription } = await collect();
      await subscription.caughtUp();
      expect(of(key)).toEqual([1, 2]);
      expect(await world.deadLetters('chat.messages')).toEqual([]);

      await log.append(Passed, { key });
      const types: string[] = [];
      const all = await log.consume({
        topic: 'chat.messages',
        group: `${group}-both`,
        events: both,
        handle: async (records) => void types.push(...records.map((record) => record.type)),
      });
      await all.caughtUp();
      expect(types).toEqual([Happened.type, Happened.type, Passed.type]);
    });

    it('is woken by the records of another process, rather than finding them', async () => {
      const other = await world.open();
      const { of, subscription } = await collect();
      await subscription.caughtUp();
      const key = randomUUID();
      const started = performance.now();
      for (let n = 0; n < 12; n++) {
        await other.append(Happened, { key, n });
        await vi.waitFor(() => expect(of(key)).toHaveLength(n + 1), { ...PATIENCE, interval: 2 });
      }
      expect(performance.now() - started).toBeLessThan(3_000); // looking once a second would take six
    });

    it('waits in close for the batch in hand, and commits it', async () => {
      const key = randomUUID();
      const batch = Promise.withResolvers<void>();
      const started = Promise.withResolvers<void>();
      const { subscription } = await collect(log, group, () => {
        started.resolve();
        return batch.promise;
      });
      await log.append(Happened, { key, n: 1 });
      await started.promise;
      let isClosed = false;
      const closed = subscription.close().then(() => (isClosed = true));
      await log.append(Happened, { key, n: 2 }); // takes a while, and shows that the log goes on
      expect(isClosed).toBe(false);
      batch.resolve();
      await closed;
      const next = await collect();
      await next.subscription.caughtUp();
      expect(next.of(key)).toEqual([2]);
    });

    it('moves offsets only when `beforeCommit` has resolved', async () => {
      const key = randomUUID();
      const saved: number[] = [];
      let canSave = false;
      const consumeWith = async (seen: number[]) => {
        const subscription = await log.consume({
          topic: Happened.topic,
          group,
          events: [Happened],
          handle: async (records) =>
            void seen.push(...records.filter(({ payload }) => payload.key === key).map(({ payload }) => payload.n)),
          beforeCommit: async () => {
            if (!canSave) throw new Error('not yet');
            saved.push(...seen);
          },
        });
        await subscription.caughtUp();
        await subscription.close();
      };
      await appendMany(log, [key], 5);
      await consumeWith([]);
      expect(saved).toEqual([]);
      canSave = true;
      await (log as EventLog & { close(): Promise<void> }).close();
      log = await world.open();
      const again: number[] = [];
      await consumeWith(again);
      expect(again).toEqual(upTo(5));
      expect(saved).toEqual(upTo(5));
      const next = await collect();
      await next.subscription.caughtUp();
      expect(next.of(key)).toEqual([]);
    });

    it('rejects caughtUp when it is closed before', async () => {
      const { subscription } = await collect(log, group, () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' })));
      await log.append(Happened, { key: 'a', n: 1 });
      const caughtUp = subscription.caughtUp();
      await Promise.all([expect(caughtUp).rejects.toMatchObject({ code: 'UNAVAILABLE' }), subscription.close()]);
    });
  });

  describe('a handler that fails', () => {
    it('sees the same records again, in order, for as long as the fault is transient', async () => {
      const key = randomUUID();
      const tries: number[][] = [];
      await appendMany(log, [key], 5);
      const { of, subscription } = await collect(log, group, (records) => {
        tries.push(records.map((record) => record.payload.n));
        if (tries.length <= 5) throw Object.assign(new Error('the database is away'), { code: '57P01' });
      });
      await subscription.caughtUp();
      expect(of(key)).toEqual(upTo(5));
      for (const seen of tries.slice(0, 6)) expect(seen).toEqual(tries[0]);
      expect(tries.length).toBeGreaterThanOrEqual(6);
      expect(await world.deadLetters('chat.messages')).toEqual([]);
    });

    it('has the one bad record set aside after three tries; the others arrive in order', async () => {
      const key = randomUUID();
      let bad = 0;
      await appendMany(log, [key], 9);
      const { of, subscription } = await collect(log, group, (records) => {
        if (!records.some((record) => record.payload.n === 4)) return;
        if (records.length === 1) bad++;
        throw new TypeError('cannot do four');
      });
      await appendMany(log, [key], 3, 9);
      await subscription.caughtUp();
      expect(of(key)).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11]);
      expect(bad).toBe(3);
      expect(await world.deadLetters('chat.messages')).toEqual([
        {
          topic: 'chat.messages.dead',
          originTopic: 'chat.messages',
          partition: partitionOf('chat.messages', key),
          offset: expect.any(BigInt),
          group,
          type: Happened.type,
          payload: JSON.stringify({ key, n: 4 }),
          error: expect.stringContaining('cannot do four'),
        },
      ]);
    });

    it('does not hold back other groups', async () => {
      const key = randomUUID();
      const stuck = await collect(log, `${group}-stuck`, () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' })));
      const fine = await collect(log, `${group}-fine`);
      await appendMany(log, [key], 5);
      await fine.subscription.caughtUp();
      expect(fine.of(key)).toEqual(upTo(5));
      expect(stuck.seen).toEqual([]);
    });

    it('leaves its records to the next member when it is closed', async () => {
      const key = randomUUID();
      const stuck = await collect(log, group, () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' })));
      await appendMany(log, [key], 5);
      await stuck.subscription.close();
      const next = await collect();
      await next.subscription.caughtUp();
      expect(next.of(key)).toEqual(upTo(5));
    });
  });

  describe('records that cannot be decoded', () => {
    it.each([
      ['not JSON', Happened.type, '{"key": "a", '],
      ['another shape', Happened.type, '{"key": "a", "n": "one"}'],
      ['an unknown version', 'test.happened.v9', '{"key": "a", "n": 1}'],
      ['no type', '', '{}'],
    ])('are set aside and block nobody: %s', async (_, type, payload) => {
      const keys = keyPerPartition();
      await appendMany(log, keys, 2);
      for (let partition = 0; partition < 4; partition++) await world.appendRaw('chat.messages', partition, type, payload);
      await appendMany(log, keys, 2, 2);
      const { of, subscription } = await collect();
      await subscription.caughtUp();
      for (const key of keys) expect(of(key)).toEqual(upTo(4));
      const letters = await world.deadLetters('chat.messages');
      expect(letters.map((letter) => letter.partition).sort((a, b) => a - b)).toEqual([0, 1, 2, 3]);
      for (const letter of letters)
        expect(letter).toMatchObject({ topic: 'chat.messages.dead', originTopic: 'chat.messages', group, type, payload });
    });
  });

  describe('a group of several members', () => {
    const partitionsOf = (seen: readonly LogRecord[]) => [...new Set(seen.map((record) => record.partition))].sort((a, b) => a - b);

    /** Appends to all partitions until the members together got everything of one round and `isDone` holds. */
    async function roundsUntil(keys: readonly string[], isDone: () => boolean): Promise<number> {
      let rounds = 0;
      await vi.waitFor(async () => {
        await appendMany(log, keys, 1, rounds++);
        expect(isDone()).toBe(true);
      }, PATIENCE);
      return rounds;
    }

    it('serves a group of several topics, in several processes', async () => {
      const seen: string[] = [];
      const logs = [log, await world.open()];
      const events = [Happened, Registered] as const;
      const subscriptions = await Promise.all(
        logs.flatMap((each) =>
          events.map((event) =>
            each.consume<{ key: string }>({
              topic: event.topic,
              group,
              events: [event as EventDefinition<{ key: string }>],
              handle: (records) => {
                seen.push(...records.map(({ topic, payload }) => `${topic} ${payload.key}`));
                return Promise.resolve();
              },
            }),
          ),
        ),
      );
      const keys = keyPerPartition();
      await Promise.all(keys.map((key) => log.append(Happened, { key, n: 0 })));
      await log.append(Registered, { key: 'person' });
      await vi.waitFor(
        () => expect([...seen].sort()).toEqual([...keys.map((key) => `chat.messages ${key}`), 'chat.users person'].sort()),
        PATIENCE,
      );
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
    });

    it('shares the partitions among the members of one process', async () => {
      const keys = keyPerPartition();
      const members = [await collect(), await collect()];
      const rounds = await roundsUntil(keys, () => members.every((member) => member.seen.length > 3));
      await Promise.all(members.map((member) => member.subscription.caughtUp()));
      expect(members.flatMap((member) => member.seen)).toHaveLength(rounds * 4);
      for (const key of keys) expect(members.flatMap((member) => member.of(key)).sort((a, b) => a - b)).toEqual(upTo(rounds));
    });

    it('shares the partitions among processes, and the rest takes over when one closes', async () => {
      const keys = keyPerPartition();
      const [first, other] = [await collect(), await world.open()];
      const second = await collect(other);
      let rounds = await roundsUntil(keys, () => first.seen.length > 0 && partitionsOf(second.seen).length === 2);
      first.seen.length = second.seen.length = 0;
      await appendMany(log, keys, 1, rounds++);
      await second.subscription.caughtUp();
      expect(partitionsOf(first.seen)).toHaveLength(2);
      expect(partitionsOf(second.seen)).toHaveLength(2);

      await first.subscription.close();
      const before = second.seen.length;
      await appendMany(log, keys, 5, rounds);
      await second.subscription.caughtUp();
      expect(partitionsOf(second.seen.slice(before))).toEqual([0, 1, 2, 3]);
    });

    it('loses and reorders nothing while members come and go', async () => {
      const keys = keyPerPartition();
      const seen: LogRecord<Happened>[] = [];
      const note = (records: readonly LogRecord<Happened>[]) => void seen.push(...records);
      const logs = [log, await world.open(), await world.open()];
      let isRunning = true;
      let rounds = 0;
      const appending = (async () => {
        for (; isRunning; rounds++) await appendMany(log, keys, 1, rounds);
      })();
      const lasting = await collect(logs[0], group, note);
      for (let round = 0; round < 4; round++) {
        const passing: { subscription: Subscription }[] = [];
        for (const each of logs) passing.push(await collect(each, group, note));
        for (const { subscription } of passing) await subscription.close();
      }
      isRunning = false;
      await appending;
      await lasting.subscription.caughtUp();
      for (const key of keys) {
        const order = seen.filter((record) => record.payload.key === key).map((record) => record.payload.n);
        expect([...new Set(order)]).toEqual(upTo(rounds)); // first appearances: in order, none missing
      }
    });
  });

  describe('a lost connection', () => {
    it('loses and reorders nothing in a burst', async () => {
      const keys = keyPerPartition();
      const { seen, subscription } = await collect();
      const accepted = new Set<string>();
      for (let round = 0; round < 40; round++) {
        if (round === 10 || round === 25) await world.cutConnections();
        const outcomes = await Promise.allSettled(keys.map((key) => log.append(Happened, { key, n: round })));
        outcomes.forEach((outcome, index) => {
          if (outcome.status === 'fulfilled') accepted.add(`${keys[index]}/${round}`);
          else expect(outcome.reason).toMatchObject({ code: 'UNCONFIRMED' });
        });
      }
      await vi.waitFor(() => subscription.caughtUp(), PATIENCE);
      const first = new Set(seen.map((record) => `${record.payload.key}/${record.payload.n}`));
      expect([...accepted].filter((name) => !first.has(name))).toEqual([]);
      expect(accepted.size).toBeGreaterThan(100);
      for (const key of keys) {
        const order = [...new Set(seen.filter((record) => record.payload.key === key).map((record) => record.payload.n))];
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }
    });

    it('is made again: consumers and followers go on', async () => {
      const consumer = await collect();
      const tailed: number[] = [];
      await log.tail<Happened>({ topic: 'chat.messages', events: [Happened], handle: (record) => void tailed.push(record.payload.n) });
      const other = await world.open();
      await world.cutConnections();
      const key = randomUUID();
      await vi.waitFor(() => other.append(Happened, { key, n: 1 }), PATIENCE);
      await vi.waitFor(() => {
        expect(consumer.of(key)).toContain(1);
        expect(tailed).toContain(1);
      }, PATIENCE);
    });
  });

  describe('tail', () => {
    it('gives every process every record from now on, in order within a partition', async () => {
      const keys = keyPerPartition();
      await appendMany(log, keys, 5);
      const logs = [log, log, await world.open()];
      const seen = logs.map((): Happened[] => []);
      const tails = await Promise.all(
        logs.map((each, i) =>
          each.tail<Happened>({ topic: 'chat.messages', events: [Happened], handle: (record) => void seen[i]!.push(record.payload) }),
        ),
      );
      await appendMany(log, keys, 50, 5);
      await Promise.all(tails.map((tail) => tail.caughtUp()));
      for (const each of seen)
        for (const key of keys) expect(each.filter((event) => event.key === key).map((event) => event.n)).toEqual(upTo(50, 5));
    });

    it('goes on behind a record on which its handler throws, or that cannot be decoded', async () => {
      const seen: number[] = [];
      const tail = await log.tail<Happened>({
        topic: 'chat.messages',
        events: [Happened],
        handle: ({ payload }) => {
          seen.push(payload.n);
          if (payload.n === 1) throw new Error('no one');
        },
      });
      const key = randomUUID();
      await appendMany(log, [key], 2);
      await world.appendRaw('chat.messages', partitionOf('chat.messages', key), Happened.type, 'nonsense');
      await appendMany(log, [key], 2, 2);
      await tail.caughtUp();
      expect(seen).toEqual([0, 1, 2, 3]);
    });

    it('ends with close', async () => {
      const seen: number[] = [];
      const tail = await log.tail<Happened>({
        topic: 'chat.messages',
        events: [Happened],
        handle: ({ payload }) => void seen.push(payload.n),
      });
      await tail.close();
      const { subscription } = await collect();
      await appendMany(log, ['a'], 3);
      await subscription.caughtUp();
      expect(seen).toEqual([]);
    });
  });

  it('tells how long the oldest record waits for a group, and that none does in the end', async () => {
    const metrics = new Metrics();
    const observed = await world.open({ metrics: new EventLogMetrics(metrics) });
    const valueOf = async (name: string): Promise<number | undefined> =>
      (await metrics.registry.getSingleMetric(name)!.get()).values.find(({ labels }) => labels['group'] === group)?.value;
    const released = Promise.withResolvers<void>();
    const { promise: began, resolve: begin } = Promise.withResolvers<void>();
    const subscription = await observed.consume({
      topic: 'chat.messages',
      group,
      events: [Happened],
      handle: () => {
        begin();
        return released.promise;
      },
    });
    await observed.append(Happened, { key: 'k', n: 1 });
    await began;
    await vi.waitFor(async () => expect(await valueOf('parley_event_log_lag_seconds')).toBeGreaterThan(0.02), PATIENCE);
    expect(await valueOf('parley_event_log_lag_records')).toBe(1);
    expect(await valueOf('parley_event_log_dead_letters_total')).toBe(0);
    released.resolve();
    await subscription.caughtUp();
    expect(await valueOf('parley_event_log_lag_records')).toBe(0);
    expect(await valueOf('parley_event_log_lag_seconds')).toBe(0);
    const sent = await metrics.registry.getSingleMetric('messaging_client_sent_messages_total')!.get();
    expect(sent.values).toEqual([{ labels: {}, value: 1 }]);
  });
}
