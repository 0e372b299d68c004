import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { defineEvent, type EventDefinition, UserChanged } from '@parley/contracts';
import { Database, type ServiceSchema } from '@parley/db';
import { createTestDatabase, type TestDatabase } from '@parley/db/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Happened } from '../src/event-log/event-log.contract.js';
import { logSchema } from '../src/event-log/postgres/log-schema.js';
import { PostgresEventLog } from '../src/event-log/postgres/postgres-event-log.js';
import { createOutboxTable, Outbox } from '../src/outbox/outbox.js';
import { OutboxRelays } from '../src/outbox/outbox-relays.js';

Logger.overrideLogger(false);

class CreateOutbox1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(createOutboxTable('shop'));
    await runner.query('CREATE TABLE shop.things (id uuid PRIMARY KEY, n int NOT NULL)');
  }
  async down(): Promise<void> {
    throw new Error('not undone in tests');
  }
}
const shopSchema: ServiceSchema = { schema: 'shop', entities: [], migrations: [CreateOutbox1700000000000] };
class ShopDatabase extends Database {}

const Unlisted = defineEvent({
  type: 'test.unlisted.v1',
  topic: 'chat.messages',
  keyOf: (event) => event.key,
  schema: z.strictObject({ key: z.string() }),
});

const PATIENCE = { timeout: 10_000, interval: 5 };

describe('Outbox and its relay', () => {
  let database: TestDatabase;
  let shop: ShopDatabase;
  const opened: { log: PostgresEventLog; relays: OutboxRelays }[] = [];
  const outbox = new Outbox('shop');
  let seen: { key: string; n: number }[];

  beforeEach(async () => {
    database = await createTestDatabase([logSchema, shopSchema]);
    shop = new ShopDatabase({ url: database.url }, shopSchema);
    await shop.open();
  });
  afterEach(async () => {
    for (const { relays, log } of opened.splice(0)) {
      await relays.close();
      await log.close();
    }
    await shop.close();
    await database.drop();
  });

  async function open(): Promise<{ log: PostgresEventLog; relays: OutboxRelays }> {
    const log = await PostgresEventLog.open({ url: database.url });
    const relays = new OutboxRelays(log.session, log, [Happened, UserChanged] as readonly EventDefinition[]);
    await relays.open();
    opened.push({ log, relays });
    return { log, relays };
  }

  /** Notes every fact that reaches the log. */
  async function watch(log: PostgresEventLog): Promise<void> {
    const noted: typeof seen = (seen = []);
    await log.consume({
      topic: 'chat.messages',
      group: randomUUID(),
      events: [Happened],
      handle: async (records) => void noted.push(...records.map((record) => record.payload)),
    });
  }

  const add = (key: string, n: number) => shop.transaction((transaction) => outbox.add(transaction, Happened, { key, n }));
  const waiting = async () =>
    Number((await shop.query('SELECT count(*) AS count FROM shop.outbox WHERE parked_because IS NULL'))[0]!.count);

  it('brings a fact to the log a moment after its commit, and clears it away', async () => {
    const { log, relays } = await open();
    await watch(log);
    relays.serve(shop);
    await add('warm up', 0);
    await vi.waitFor(() => expect(seen).toHaveLength(1), PATIENCE);
    const delays: number[] = [];
    for (let n = 1; n <= 15; n++) {
      await add('k', n);
      const committed = performance.now();
      await vi.waitFor(() => expect(seen).toHaveLength(n + 1), { ...PATIENCE, interval: 1 });
      delays.push(performance.now() - committed);
    }
    expect(delays.sort((a, b) => a - b)[7]).toBeLessThan(250); // the notification's work: the poll would need 500
    await vi.waitFor(async () => expect(await waiting()).toBe(0), PATIENCE);
  });

  it('has no fact of a change that was rolled back', async () => {
    const { log, relays } = await open();
    await watch(log);
    relays.serve(shop);
    const failing = shop.transaction(async (transaction) => {
      await outbox.add(transaction, Happened, { key: 'k', n: 1 });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await add('k', 2);
    await vi.waitFor(() => expect(seen).toEqual([{ key: 'k', n: 2 }]), PATIENCE);
  });

  it('checks the payload before the change is made', async () => {
    await expect(shop.transaction((transaction) => outbox.add(transaction, Happened, { key: 'k', n: 0.5 }))).rejects.toThrow();
    expect(await waiting()).toBe(0);
  });

  it('moves what waited before it began, in order, in several batches', async () => {
    await shop.transaction(async (transaction) => {
      for (let n = 0; n < 1_200; n++) await outbox.add(transaction, Happened, { key: 'k', n });
    });
    const { log, relays } = await open();
    await watch(log);
    relays.serve(shop);
    await vi.waitFor(() => expect(seen).toHaveLength(1_200), PATIENCE);
    expect(seen.map(({ n }) => n)).toEqual(Array.from({ length: 1_200 }, (_, n) => n));
    await vi.waitFor(async () => expect(await waiting()).toBe(0), PATIENCE);
  });

  it('keeps the order with several relays and lost connections, at least once', async () => {
    const both = [await open(), await open()];
    await watch(both[0]!.log);
    for (const { relays } of both) relays.serve(shop);
    for (let n = 0; n < 60; n++) {
      await vi.waitFor(() => add('k', n), PATIENCE);
      if (n % 20 === 10)
        await shop.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        );
    }
    await vi.waitFor(() => expect(new Set(seen.map(({ n }) => n)).size).toBe(60), PATIENCE);
    const order = [...new Set(seen.map(({ n }) => n))];
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('finds by its poll what no notification told', async () => {
    const { log, relays } = await open();
    await watch(log);
    relays.serve(shop);
    await shop.query('INSERT INTO shop.outbox (type, payload) VALUES ($1, $2)', [Happened.type, '{"key":"k","n":1}']);
    await vi.waitFor(() => expect(seen).toHaveLength(1), PATIENCE);
  });

  it('leaves facts of a newer version for that version, and parks those that never fit; others pass', async () => {
    const { log, relays } = await open();
    await watch(log);
    await shop.transaction((transaction) => outbox.add(transaction, Unlisted, { key: 'k' }));
    await shop.query('INSERT INTO shop.outbox (type, payload) VALUES ($1, $2)', [Happened.type, '{"key":"k","n":"one"}']);
    await add('k', 2);
    relays.serve(shop);
    await vi.waitFor(() => expect(seen).toEqual([{ key: 'k', n: 2 }]), PATIENCE);
    await vi.waitFor(async () => {
      const rows = await shop.query<{ type: string; parked_because: string | null }>(
        'SELECT type, parked_because FROM shop.outbox ORDER BY id',
      );
      expect(rows).toEqual([
        { type: Unlisted.type, parked_because: null },
        { type: Happened.type, parked_because: expect.stringContaining('expected number') },
      ]);
    }, PATIENCE);
  });

  it('moves what stands there before it closes', async () => {
    const { log, relays } = await open();
    relays.serve(shop);
    for (let n = 0; n < 10; n++) await add('k', n);
    await relays.close();
    expect(await waiting()).toBe(0);
    expect(log.stats().appended).toBe(10);
  });

  it('carries text that jsonb would not', async () => {
    const { log, relays } = await open();
    await watch(log);
    relays.serve(shop);
    await add('\0 "\\ \ud800', 1);
    await vi.waitFor(() => expect(seen).toEqual([{ key: '\0 "\\ \ud800', n: 1 }]), PATIENCE);
  });

  it.each(['', 'a"b', 'A', '1a', 'a;b'])('refuses the schema name %j', (name) => {
    expect(() => new Outbox(name)).toThrow(TypeError);
    expect(() => createOutboxTable(name)).toThrow(TypeError);
  });
});
