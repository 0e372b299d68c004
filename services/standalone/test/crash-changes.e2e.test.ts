import { EmbeddedPostgres } from '@parley/db';
import { ChatClient, TcpProxy, eventually, uniqueRoomName } from '@parley/testing';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { ChangingCrowd } from './support/changing-crowd.js';
import { metricAt } from './support/exposition.js';
import { causeAll, faultsOf } from './support/link-faults.js';
import { startProduct, type Product } from './support/product.js';
import { Random } from './support/random.js';

/** Every place on the way of a change where a crash could lose it, or make it twice. */
const POINTS = ['in-transaction', 'after-commit-before-fanout', 'after-fanout-before-offset', 'after-announce-before-offset'];
const ROUNDS = 25;
const FAULT_EVERY_MS = 300;

interface Writer {
  readonly client: ChatClient;
  readonly messageId: string;
  /** The last text that was asked for, and whether the last reaction is on. */
  text: string;
  isOn: boolean;
}

describe('messages that change while the product', () => {
  let product: Product;
  let roomId: string;
  const writers: Writer[] = [];
  const random = new Random();

  beforeAll(async () => {
    product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0', PARLEY_LOG_LEVEL: 'warn' } });
    for (let made = 0; made < 4; made += 1) {
      const client = new ChatClient({ url: product.url, backoff: { baseMs: 50, maxMs: 1_000 } });
      await client.register();
      await client.connect();
      roomId ??= (await client.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } })).id;
      await client.http.call('POST /api/chat/rooms/{id}/join', { params: { id: roomId } });
      await client.openRoom(roomId);
      const { messageId } = await client.sendReliably({ roomId, text: 'first' });
      writers.push({ client, messageId, text: 'first', isOn: false });
    }
  });

  afterAll(async () => {
    for (const { client } of writers) await client[Symbol.asyncDispose]();
    await product?.[Symbol.asyncDispose]();
  });

  /** Repeats what nobody answered for: what is there already changes nothing. */
  async function persistently(work: () => Promise<unknown>): Promise<void> {
    for (;;)
      try {
        await work();
        return;
      } catch (error) {
        const { code, isRetryable } = error as { code?: string; isRetryable?: boolean };
        if (code !== undefined && !isRetryable) throw error;
        await delay(50);
      }
  }

  async function write(writer: Writer, point: string): Promise<void> {
    const { client, messageId } = writer;
    for (let round = 0; round < ROUNDS; round += 1) {
      writer.text = `${point} ${round}`;
      await persistently(() => client.emit('message:edit', { roomId, messageId, text: writer.text }));
      writer.isOn = !writer.isOn;
      await persistently(() => client.emit('message:react', { roomId, messageId, emoji: '👍', on: writer.isOn }));
    }
  }

  it.each(POINTS)('dies %s end as the last commands say, for everybody', { timeout: 90_000 }, async (point) => {
    const passage = random.between(5, 25);
    onTestFailed(() => console.error(`CRASH_SEED=${random.seed} ${point}:${passage}\n${product.logs.slice(-100).join('\n')}`));
    await product.kill({ withDatabase: random.next() < 0.5 });
    await product.start(`${point}:${passage}`);
    const writing = writers.map((writer) => write(writer, point));
    expect(await product.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await product.start();
    await Promise.all(writing);
    const { messages } = await writers[0]!.client.history(roomId);
    for (const { messageId, text, isOn, client } of writers) {
      const message = messages.find(({ id }) => id === messageId);
      expect(message).toMatchObject({ text, reactions: isOn ? [{ emoji: '👍', count: 1, userIds: [client.userId] }] : [] });
    }
    for (const { client } of writers)
      await eventually(() => (expect(client.timeline(roomId).messages).toEqual(messages), true), { timeoutMs: 15_000 });
    // Nothing was made twice: each edit and each reaction is one rev, whatever was repeated.
    const done = 2 * ROUNDS * (POINTS.indexOf(point) + 1);
    expect(messages.map(({ rev }) => rev)).toEqual(writers.map(() => done));
  });
  it('is on bad lines, and has its log replayed, are the same for everybody and never go back', { timeout: 90_000 }, async () => {
    onTestFailed(() => console.error(`CRASH_SEED=${random.seed}\n${product.logs.slice(-100).join('\n')}`));
    const links = await Promise.all([1, 2].map(() => TcpProxy.start({ targetPort: Number(new URL(product.url).port) })));
    try {
      await using people = await ChangingCrowd.gather(
        links.map(({ address }) => `http://${address}`),
        random,
      );
      people.live();
      const faults = links.flatMap((link) => [...faultsOf(link, random), ...faultsOf(link, random)]);
      await causeAll(faults, random, FAULT_EVERY_MS);
      await product.kill({ withDatabase: true });
      await rewindLog(product.dataDir);
      await product.start();
      await people.fallSilent();
      console.log(await people.assertEqual());
      // All came once more: the replay was one.
      expect(await metricAt(product.url, 'parley_message_persist_seconds_count')).toBeGreaterThanOrEqual(people.written);
    } finally {
      for (const link of links) await link[Symbol.asyncDispose]();
    }
  });
});

/** Whoever follows the log begins with the first record again. */
async function rewindLog(dataDir: string): Promise<void> {
  await using server = await EmbeddedPostgres.start({ dataDir, log: () => undefined });
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query('UPDATE log.offsets SET next_offset = 0');
  await client.end();
}
