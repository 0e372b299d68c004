import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventLogContract, Happened } from '../src/event-log/event-log.contract.js';
import type { LogRecord } from '../src/event-log/event-log.js';
import { partitionOf } from '../src/event-log/partition-of.js';
import type { PostgresEventLog } from '../src/event-log/postgres/postgres-event-log.js';
import { postgresWorld, type PostgresWorld } from './postgres-world.js';

Logger.overrideLogger(false);

const PATIENCE = { timeout: 10_000, interval: 10 };
type Happening = LogRecord<{ key: string; n: number }>;

describe('PostgresEventLog', () => {
  eventLogContract(postgresWorld);

  describe('on Postgres', () => {
    let world: PostgresWorld;
    let log: PostgresEventLog;
    beforeEach(async () => {
      world = await postgresWorld();
      log = await world.open();
    });
    afterEach(() => world[Symbol.asyncDispose]());

    const appendAll = (count: number, from = 0, on = log, key: string = randomUUID()) =>
      on.appendAll(
        Happened,
        Array.from({ length: count }, (_, i) => ({ key, n: from + i })),
      );
    const consume = (group: string, handle: (records: readonly Happening[]) => Promise<void> = async () => undefined, on = log) =>
      on.consume({ topic: 'chat.messages', group, events: [Happened], handle });

    it('leaves no hole in the offsets when an append is rolled back', async () => {
      const key = randomUUID();
      await appendAll(3, 0, log, key);
      await world.query(`ALTER TABLE log.records ADD CONSTRAINT no_seven CHECK (payload NOT LIKE '%"n":7}')`);
      await expect(log.append(Happened, { key, n: 7 })).rejects.toThrow('no_seven');
      await appendAll(3, 10, log, key);
      const rows = await world.query('SELECT record_offset::int AS o FROM log.records ORDER BY 1');
      expect(rows.map(({ o }) => o)).toEqual([0, 1, 2, 3, 4, 5]);
    });

    it('answers UNCONFIRMED after 4 s while the write goes on, and the fact is there once it could be written', async () => {
      const key = randomUUID();
      await world.query('BEGIN');
      await world.query('SELECT * FROM log.partitions FOR UPDATE');
      const started = performance.now();
      await expect(log.append(Happened, { key, n: 1 })).rejects.toMatchObject({ code: 'UNCONFIRMED' });
      expect(performance.now() - started).toBeGreaterThan(3_900);
      expect(performance.now() - started).toBeLessThan(6_000);
      await world.query('COMMIT');
      const seen: number[] = [];
      await consume('late', async (records) => void seen.push(...records.map((record) => record.payload.n)));
      await vi.waitFor(() => expect(seen).toEqual([1]), PATIENCE);
    });

    it('refuses to open over another number of partitions', async () => {
      await world.query(`DELETE FROM log.partitions WHERE topic = 'chat.messages' AND partition = 3`);
      await expect(world.open()).rejects.toThrow('3 partitions of chat.messages, not 4');
    });

    it('serves readers at the head of the log from memory', async () => {
      const handled: number[] = [];
      const subscription = await consume('hot', async (records) => void handled.push(...records.map((record) => record.payload.n)));
      await log.tail({ topic: 'chat.messages', events: [Happened], handle: () => undefined });
      await subscription.caughtUp();
      for (let n = 0; n < 50; n++) await appendAll(5, n * 5);
      await subscription.caughtUp();
      expect(handled).toHaveLength(250);
      expect(log.stats().readFromTable).toBe(0);
    });

    it('commits offsets once a second at the most, and at close', async () => {
      const subscription = await consume('steady');
      const committed = async () =>
        Number((await world.query(`SELECT sum(next_offset) AS sum FROM log.offsets WHERE consumer_group = 'steady'`))[0]!.sum);
      await appendAll(10);
      await subscription.caughtUp();
      expect(await committed()).toBe(0);
      await vi.waitFor(async () => expect(await committed()).toBe(10), PATIENCE);
      await appendAll(10);
      await subscription.caughtUp();
      await subscription.close();
      expect(await committed()).toBe(20);
    });

    it('never moves a committed offset back', async () => {
      const subscription = await consume('steady');
      const key = randomUUID();
      await appendAll(5, 0, log, key);
      await subscription.caughtUp();
      await world.query(`UPDATE log.offsets SET next_offset = 1000 WHERE partition = $1`, [partitionOf('chat.messages', key)]);
      await subscription.close();
      expect((await world.query('SELECT max(next_offset)::int AS max FROM log.offsets'))[0]!.max).toBe(1000);
    });

    it('hands the partitions of a process whose connection was killed to the others, and takes its share again', async () => {
      const keys = Array.from({ length: 40 }, () => randomUUID());
      const [first, second]: [Happening[], Happening[]] = [[], []];
      const other = await world.open();
      await consume('shared', async (records) => void first.push(...records));
      await consume('shared', async (records) => void second.push(...records), other);
      const partitionsOf = (seen: Happening[]) => [...new Set(seen.map((record) => record.partition))];
      let round = 0;
      const appendRound = async () => {
        const n = round++;
        await Promise.all(keys.map((key) => log.append(Happened, { key, n })));
        await vi.waitFor(
          () =>
            expect(new Set([...first, ...second].filter((record) => record.payload.n === n).map((record) => record.payload.key)).size).toBe(
              40,
            ),
          PATIENCE,
        );
      };
      const balanced = async () => {
        first.length = second.length = 0;
        await appendRound();
        expect([partitionsOf(first).length, partitionsOf(second).length]).toEqual([2, 2]);
      };
      await vi.waitFor(balanced, PATIENCE);
      for (let kill = 0; kill < 3; kill++) {
        await world.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parley-session' AND datname = current_database()
           AND pid = (SELECT min(pid) FROM pg_stat_activity WHERE application_name = 'parley-session' AND datname = current_database())`,
        );
        for (let i = 0; i < 5; i++) await appendRound();
      }
      await vi.waitFor(balanced, PATIENCE);
    });

    it('lets another process take over when one closes', async () => {
      const other = await world.open();
      const seen: Happening[] = [];
      await consume('shared');
      await consume('shared', async (records) => void seen.push(...records), other);
      await log.close();
      await Promise.all(Array.from({ length: 40 }, (_, n) => other.append(Happened, { key: randomUUID(), n })));
      await vi.waitFor(() => expect(new Set(seen.map((record) => record.partition)).size).toBe(4), PATIENCE);
    });

    it('counts what it does', async () => {
      let failures = 0;
      const subscription = await consume('counted', async () => {
        if (failures++ < 2) throw Object.assign(new Error('away'), { code: '08006' });
      });
      await appendAll(10, 0, log, 'one key');
      await subscription.caughtUp();
      expect(log.stats()).toMatchObject({
        appended: 10,
        batches: 1,
        consumed: 10,
        redelivered: 20,
        deadLettered: 0,
        lag: { 'counted/chat.messages': 0 },
      });
    });

    it('keeps one dead letter per group, however often it is set aside', async () => {
      await world.appendRaw('chat.messages', 0, Happened.type, 'nonsense');
      for (const group of ['a', 'a', 'b']) {
        await world.query('DELETE FROM log.offsets');
        const subscription = await consume(group);
        await subscription.caughtUp();
        await subscription.close();
      }
      expect((await world.deadLetters('chat.messages')).map((letter) => letter.group).sort()).toEqual(['a', 'b']);
    });

    it('also takes error texts that Postgres would not', async () => {
      const subscription = await consume('hostile', () => Promise.reject(new Error('nul \0 and half a \ud800')));
      await appendAll(1);
      await subscription.caughtUp();
      expect(await world.deadLetters('chat.messages')).toHaveLength(1);
    });

    describe('trimming', () => {
      const count = async () => Number((await world.query('SELECT count(*) AS count FROM log.records'))[0]!.count);
      const age = (hours: number) => world.query(`UPDATE log.records SET appended_at = now() - $1 * interval '1 hour'`, [hours]);

      it('deletes in steps what every group has consumed and what is older than the retention', async () => {
        const small = await world.open({ trim: { step: 7 } });
        const readAll = async (group: string) => {
          const subscription = await consume(group, undefined, small);
          await subscription.caughtUp();
          await subscription.close();
        };
        await appendAll(50, 0, small);
        await readAll('a');
        await appendAll(50, 50, small);
        await readAll('b');
        await age(2);
        await appendAll(20, 100, small);
        expect(await small.trim()).toBe(50); // group a has not seen the second fifty
        await readAll('a');
        await readAll('b');
        expect(await small.trim()).toBe(50);
        expect(await count()).toBe(20);
      });

      it('never deletes what a group has still to read', async () => {
        const key = randomUUID();
        const stuck = await consume('stuck', () => Promise.reject(Object.assign(new Error('away'), { code: '08006' })));
        const fine = await consume('fine');
        await appendAll(30, 0, log, key);
        await fine.caughtUp();
        await fine.close();
        await age(2);
        expect(await log.trim()).toBe(0);
        await stuck.close();
        const seen: number[] = [];
        const next = await consume('stuck', async (records) => void seen.push(...records.map((record) => record.payload.n)));
        await next.caughtUp();
        expect(seen).toEqual(Array.from({ length: 30 }, (_, n) => n));
      });

      it('forgets groups of which nothing was seen for long, but not those at work', async () => {
        const alive = await consume('alive');
        await appendAll(5);
        await alive.caughtUp();
        await log.close();
        const again = await world.open();
        const still = await consume('alive', undefined, again);
        await world.query(`INSERT INTO log.offsets SELECT 'gone', topic, partition, 0 FROM log.partitions WHERE topic = 'chat.messages'`);
        await world.query(`UPDATE log.offsets SET seen_at = now() - interval '40 days'`);
        await age(2);
        expect(await again.trim()).toBe(5);
        expect(await world.query('SELECT DISTINCT consumer_group AS name FROM log.offsets')).toEqual([{ name: 'alive' }]);
        await still.close();
      });

      it('lets a new group begin at the oldest record that is left', async () => {
        const key = randomUUID();
        const first = await consume('first');
        await appendAll(10, 0, log, key);
        await first.caughtUp();
        await first.close();
        await age(2);
        await log.trim();
        const again = await world.open();
        const second = await consume('second', undefined, again);
        await second.caughtUp();
        const seen: number[] = [];
        const third = await consume('third', async (records) => void seen.push(...records.map((record) => record.payload.n)), again);
        await appendAll(2, 10, again, key);
        await third.caughtUp();
        expect(seen).toEqual([10, 11]);
      });
    });
  });
});
