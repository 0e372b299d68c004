import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { TcpProxy, eventually } from '@parley/testing';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { startKafka, type RunningKafka } from '../../../deploy/stack/kafka.ts';
import { Happened } from '../src/event-log/event-log.contract.js';
import type { KafkaEventLog } from '../src/event-log/kafka/kafka-event-log.js';
import { kafkaClient } from '../src/event-log/kafka/kafka-connection.js';
import { KafkaTopics } from '../src/event-log/kafka/kafka-topics.js';
import { partitionOf } from '../src/event-log/partition-of.js';
import { givenBrokers, kafkaWorld, leadingTo, type KafkaWorld } from './kafka-world.js';

Logger.overrideLogger(false);

type Happened = { key: string; n: number };

const say = (line: string) => process.stdout.write(`${line}\n`);

/** What consumers of one group got, together and in the order of their calls. */
async function collect(log: KafkaEventLog, group: string, seen: Happened[] = []) {
  const subscription = await log.consume<Happened>({
    topic: 'chat.messages',
    group,
    events: [Happened],
    handle: async (records) => void seen.push(...records.map(({ payload }) => payload)),
  });
  return { seen, subscription };
}

/** Appends 0, 1, 2 … one after the other for each key, each until it is accepted, as clients do. */
function keepAppending(log: KafkaEventLog, keys: readonly string[]) {
  const accepted = new Map<string, number>();
  const waits: number[] = [];
  let unconfirmed = 0;
  let isRunning = true;
  const append = async (key: string) => {
    for (let n = 0; isRunning; n++) {
      for (let isAccepted = false; !isAccepted && isRunning;) {
        const began = performance.now();
        try {
          await log.append(Happened, { key, n });
          isAccepted = true;
          accepted.set(key, n + 1);
        } catch (error) {
          expect(error).toMatchObject({ code: 'UNCONFIRMED' });
          unconfirmed++;
        }
        waits.push(performance.now() - began);
      }
    }
  };
  const done = Promise.all(keys.map(append));
  return {
    accepted: accepted as ReadonlyMap<string, number>,
    /** Resolves when every key got further by so many. */
    async progress(count: number, what: string) {
      const before = new Map(keys.map((key) => [key, accepted.get(key) ?? 0]));
      const isDone = () => keys.every((key) => (accepted.get(key) ?? 0) >= before.get(key)! + count);
      await eventually(isDone, { timeoutMs: 30_000, describe: `appends of every key go on ${what}` });
    },
    total: () => [...accepted.values()].reduce((sum, count) => sum + count, 0),
    async stop() {
      isRunning = false;
      await done;
      return { accepted, unconfirmed, longestMs: Math.max(...waits) };
    },
  };
}

/** Nothing accepted is missing, and of each key the first appearances are in order. Answers how many came twice. */
function expectWhole(seen: readonly Happened[], accepted: ReadonlyMap<string, number>): number {
  for (const [key, count] of accepted) {
    const first = [...new Set(seen.filter((event) => event.key === key).map((event) => event.n))];
    expect(first.slice(0, count)).toEqual(Array.from({ length: count }, (_, n) => n));
  }
  return seen.length - new Set(seen.map(({ key, n }) => `${key}/${n}`)).size;
}

const someKeys = (count: number) => Array.from({ length: count }, () => randomUUID());

describe.skipIf(inject('stackMissing').kafka)('KafkaEventLog under faults', () => {
  let world: KafkaWorld;
  let log: KafkaEventLog;

  beforeEach(async () => {
    world = await kafkaWorld();
    log = await world.open();
  });
  afterEach(async () => {
    expect(world.fatal).toEqual([]);
    await world[Symbol.asyncDispose]();
  });

  it('keeps the order of concurrent appends in 100 rounds', async () => {
    const key = randomUUID();
    for (let round = 0; round < 100; round++)
      await Promise.all(Array.from({ length: 5 }, (_, i) => log.append(Happened, { key, n: round * 5 + i })));
    const { seen, subscription } = await collect(log, 'order');
    await subscription.caughtUp();
    expect(seen.map(({ n }) => n)).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  it('loses and reorders nothing while answers are lost', async () => {
    const appending = keepAppending(log, someKeys(8));
    for (let round = 0; round < 3; round++) {
      await appending.progress(5, 'before the fault');
      const dropped = world.link.dropped;
      world.link.mode = 'drop-responses';
      await eventually(() => world.link.dropped > dropped);
      world.link.mode = 'pass';
      if (round === 2) world.link.cut();
    }
    await appending.progress(5, 'after the last fault');
    const { accepted, unconfirmed, longestMs } = await appending.stop();
    const { seen, subscription } = await collect(log, 'reader');
    await subscription.caughtUp();
    const twice = expectWhole(seen, accepted);
    say(
      `answers lost 3 times: ${seen.length} in the log, ${twice} of them twice, ${unconfirmed} unconfirmed, longest ${Math.round(longestMs)} ms`,
    );
    expect(twice).toBeGreaterThan(0); // the broker had written what was then sent again
    expect(longestMs).toBeLessThan(5_000);
  });

  it('answers every append while the link is silent, and goes on when it speaks again', async () => {
    const appending = keepAppending(log, someKeys(8));
    await eventually(() => appending.total() > 50);
    world.link.mode = 'blackhole';
    const began = performance.now();
    await eventually(() => performance.now() - began > 6_000, { timeoutMs: 10_000, intervalMs: 100 });
    world.link.mode = 'pass';
    await appending.progress(5, 'after the silence');
    const { accepted, unconfirmed, longestMs } = await appending.stop();
    const { seen, subscription } = await collect(log, 'reader');
    await subscription.caughtUp();
    expectWhole(seen, accepted);
    expect(unconfirmed).toBeGreaterThan(0);
    expect(longestMs).toBeLessThan(5_000);
  });

  it('sets aside poison of every kind, exactly that, and what is beside it arrives', async () => {
    const name = new KafkaTopics({ prefix: world.prefix }).nameOf('chat.messages');
    const producer = kafkaClient({ brokers: givenBrokers() }, { retries: 5 }).producer();
    await producer.connect();
    const key = randomUUID();
    const partition = partitionOf('chat.messages', key);
    const type = Happened.type;
    const poison = [
      { value: Buffer.from([0xff, 0x00, 0xfe]), headers: { type } },
      { value: '{"key": "a", "n": 1}', headers: { type: 'test.happened.v9' } },
      { value: JSON.stringify({ key: 'x'.repeat(900_000), n: 'one' }), headers: { type } },
      { value: '{"key": "a"}\u0000', headers: { type } },
      { value: null, headers: { type } },
      { value: '{"key": "a", "n": 1}' },
    ];
    const { seen, subscription } = await collect(log, 'reader');
    for (const [n, message] of poison.entries()) {
      await log.append(Happened, { key, n });
      await producer.send({ topic: name, messages: [{ ...message, partition }] });
    }
    await log.append(Happened, { key, n: poison.length });
    await subscription.caughtUp();
    await producer.disconnect();
    expect(seen.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const letters = await world.deadLetters('chat.messages');
    expect(letters.map((letter) => letter.offset)).toEqual([1n, 3n, 5n, 7n, 9n, 11n]);
    expect(letters[2]!.payload).toBe(poison[2]!.value);
  });

  it('takes batches that are larger than a broker takes at once', async () => {
    const key = 'k'.repeat(100_000);
    await Promise.all(Array.from({ length: 60 }, (_, n) => log.append(Happened, { key, n })));
    const { seen, subscription } = await collect(log, 'reader');
    await subscription.caughtUp();
    expect(seen.map(({ n }) => n)).toEqual(Array.from({ length: 60 }, (_, n) => n));
  });

  it('hands a silent member’s partitions to the others, and bears its return', async () => {
    await using link = await TcpProxy.start({ targetPort: Number(givenBrokers()[0]!.split(':')[1]) });
    const frail = await world.open({ connection: { brokers: givenBrokers(), socketFactory: leadingTo(link.port) } });
    const seen: Happened[] = [];
    const byFrail: Happened[] = [];
    const lasting = await collect(log, 'reader', seen);
    await frail.consume<Happened>({
      topic: 'chat.messages',
      group: 'reader',
      events: [Happened],
      handle: async (records) => {
        byFrail.push(...records.map(({ payload }) => payload));
        seen.push(...records.map(({ payload }) => payload));
      },
    });
    const appending = keepAppending(log, someKeys(8));
    await eventually(() => byFrail.length > 50);
    link.mode = 'blackhole';
    const silentFrom = performance.now();
    await appending.progress(5, 'while a member is silent');
    const target = new Map(appending.accepted);
    const isSeen = ([key, count]: [string, number]) => seen.some((event) => event.key === key && event.n === count - 1);
    await eventually(() => [...target].every(isSeen), { timeoutMs: 20_000, describe: 'all of it arrives at the other member' });
    say(`a silent member's partitions went on after ${Math.round(performance.now() - silentFrom)} ms`);
    const before = byFrail.length;
    link.mode = 'pass';
    await eventually(() => byFrail.length > before, { timeoutMs: 20_000, describe: 'the silent member gets records again' });
    const { accepted } = await appending.stop();
    await lasting.subscription.caughtUp();
    expectWhole(seen, accepted);
  });
});

describe.skipIf(inject('stackMissing').kafka || process.env.PARLEY_KAFKA_BROKERS)('KafkaEventLog and a broker that dies', () => {
  it('gives no false word, answers everything within 5 s, and has all that it accepted afterwards', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'parley-kafka-'));
    const start = () => startKafka({ dir, cacheDir: join(import.meta.dirname, '../../../.cache/stack'), log: () => undefined });
    let broker: RunningKafka = await start();
    try {
      const world = await kafkaWorld(broker.brokers);
      const log = await world.open();
      const { seen, subscription } = await collect(log, 'reader');
      const tailed: Happened[] = [];
      await log.tail<Happened>({ topic: 'chat.messages', events: [Happened], handle: ({ payload }) => void tailed.push(payload) });
      const lag = monitorEventLoopDelay({ resolution: 10 });
      lag.enable();
      const appending = keepAppending(log, someKeys(20));
      const goesOn = async (what: string) => {
        const began = performance.now();
        await appending.progress(5, `after ${what}`);
        say(`appends went on ${Math.round(performance.now() - began)} ms after ${what}`);
      };
      await goesOn('the start');

      broker.kill('SIGSTOP');
      const stopped = performance.now();
      await eventually(() => performance.now() - stopped > 10_000, { timeoutMs: 15_000, intervalMs: 100 });
      broker.kill('SIGCONT');
      await goesOn('10 s of SIGSTOP');

      broker.kill('SIGKILL');
      await broker.stop();
      const killed = performance.now();
      await eventually(() => performance.now() - killed > 3_000, { timeoutMs: 5_000, intervalMs: 100 });
      broker = await start();
      await goesOn('SIGKILL and a new start');

      const { accepted, unconfirmed, longestMs } = await appending.stop();
      await eventually(() => subscription.caughtUp().then(() => true), { timeoutMs: 30_000 });
      const twice = expectWhole(seen, accepted);
      say(
        `${seen.length} consumed, ${twice} twice, ${unconfirmed} unconfirmed, longest append ${Math.round(longestMs)} ms, longest turn ${Math.round(lag.max / 1e6)} ms`,
      );
      expect(longestMs).toBeLessThan(5_000);
      expect(unconfirmed).toBeGreaterThan(0);
      expect(world.fatal).toEqual([]);
      const last = [...accepted].map(([key, count]) => `${key}/${count - 1}`);
      await eventually(() => last.every((name) => tailed.some(({ key, n }) => `${key}/${n}` === name)), { timeoutMs: 20_000 });
      expectWhole(tailed, accepted);
      await world[Symbol.asyncDispose]();
    } finally {
      await broker.stop();
      await rm(dir, { recursive: true, force: true });
    }
  }, 120_000);
});
