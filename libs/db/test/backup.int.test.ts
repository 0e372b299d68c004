import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpDatabase, dumpFile, loadDatabase, migrate, whileNobodyWorks, type DatabaseDump, type ServiceSchema } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.js';

class Create1700000000001 implements MigrationInterface {
  readonly name = 'Create1700000000001';
  async up(runner: QueryRunner): Promise<void> {
    // By name, the table that refers to the other one comes first.
    await runner.query(
      `CREATE TABLE shop.goods (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, length int GENERATED ALWAYS AS (length(name)) STORED)`,
    );
    await runner.query(
      `CREATE TABLE shop.boxes (good int REFERENCES shop.goods, place int, note jsonb, PRIMARY KEY (good, place)) PARTITION BY HASH (good)`,
    );
    for (const n of [0, 1])
      await runner.query(`CREATE TABLE shop.boxes_p${n} PARTITION OF shop.boxes FOR VALUES WITH (MODULUS 2, REMAINDER ${n})`);
    await runner.query(`INSERT INTO shop.goods (name) VALUES ('made by the migration')`);
  }
  down = () => Promise.resolve();
}

class Rename1700000000002 implements MigrationInterface {
  readonly name = 'Rename1700000000002';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE shop.goods ADD COLUMN label text`);
    await runner.query(`UPDATE shop.goods SET label = upper(name)`);
  }
  down = () => Promise.resolve();
}

const old: ServiceSchema = { schema: 'shop', entities: [], migrations: [Create1700000000001] };
const now: ServiceSchema = { ...old, migrations: [Create1700000000001, Rename1700000000002] };
const STRANGE = 'tab\t, line\n, \\N, "quotes" and 😀';

describe('a dump of a database', () => {
  let source: TestDatabase;
  let folder: string;
  let dump: DatabaseDump;
  const opened: AsyncDisposable[] = [];

  const query = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const emptyDatabase = async () => {
    const database = await createTestDatabase([]);
    opened.push(database);
    return database.url;
  };
  const load = (url: string, over: Partial<Parameters<typeof loadDatabase>[0]> = {}) =>
    loadDatabase({ url, schemas: [now], folder, dump, isReplacing: false, afterRows: async () => undefined, ...over });

  beforeAll(async () => {
    source = await createTestDatabase([]);
    opened.push(source);
    folder = await mkdtemp(join(tmpdir(), 'parley-dump-'));
    await migrate(source.url, [old]);
    await query(
      source.url,
      `INSERT INTO shop.goods (name) VALUES (E'${STRANGE.replaceAll('\\', '\\\\')}'), (NULL); DELETE FROM shop.goods WHERE id = 3`,
    );
    await query(source.url, `INSERT INTO shop.boxes SELECT 1 + n % 2, n, '{"a": [1]}' FROM generate_series(1, 100) n`);
    dump = await dumpDatabase({
      url: source.url,
      schemas: ['shop'],
      folder,
      onSnapshot: async () => void (await query(source.url, `INSERT INTO shop.goods (name) VALUES ('after the moment')`)),
    });
  });
  afterAll(async () => {
    for (const each of opened) await each[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('has everything of one moment, and comes back as it was, with the migrations that came later', async () => {
    expect(dump.tables.map(({ table, rows }) => [table, rows])).toEqual([
      ['goods', 2],
      ['boxes', 100],
    ]);
    const url = await emptyDatabase();
    let inside: unknown;
    await load(url, {
      afterRows: async (transaction) => void (inside = await transaction.query('SELECT count(*)::int AS n FROM shop.boxes')),
    });
    expect(inside).toEqual([{ n: 100 }]);
    expect(await query(url, 'SELECT * FROM shop.goods ORDER BY id')).toEqual([
      { id: 1, name: 'made by the migration', length: 21, label: 'MADE BY THE MIGRATION' },
      { id: 2, name: STRANGE, length: Array.from(STRANGE).length, label: STRANGE.toUpperCase() },
    ]);
    expect(await query(url, `SELECT count(*)::int AS n, sum(place)::int AS places FROM shop.boxes WHERE note = '{"a": [1]}'`)).toEqual([
      { n: 100, places: 5050 },
    ]);
    // Numbers that were given out once are not given out again.
    const [next] = await query(url, `INSERT INTO shop.goods (name) VALUES ('next') RETURNING id`);
    expect(next!['id']).toBeGreaterThan(3);
  });

  it('goes into an empty database, or replaces what is there when told so', async () => {
    const url = await emptyDatabase();
    await load(url);
    await query(url, `DELETE FROM shop.boxes`);
    await expect(load(url)).rejects.toThrow('the database is not empty (shop)');
    await load(url, { isReplacing: true });
    expect(await query(url, 'SELECT count(*)::int AS n FROM shop.boxes')).toEqual([{ n: 100 }]);
  });

  it('leaves no half of itself when it fails', async () => {
    const url = await emptyDatabase();
    await expect(load(url, { afterRows: () => Promise.reject(new Error('too bad')) })).rejects.toThrow('too bad');
    expect(await query(url, 'SELECT count(*)::int AS n FROM shop.boxes')).toEqual([{ n: 0 }]);
    await load(url, { isReplacing: true });
  });

  it('is refused when it is damaged, or newer than the product', async () => {
    const damaged = await mkdtemp(join(folder, 'damaged-'));
    for (const table of dump.tables) await writeFile(join(damaged, dumpFile(table)), gzipSync(''));
    await expect(load(await emptyDatabase(), { folder: damaged })).rejects.toThrow(
      'the backup is damaged: shop.goods.copy.gz has 0 rows, not 2',
    );
    const newer = { ...dump, migrations: { shop: ['Create1700000000001', 'Sell1700000000003'] } };
    await expect(load(await emptyDatabase(), { dump: newer })).rejects.toThrow('made by a newer version (Sell1700000000003)');
  });

  it('waits for nobody who works, and says so', async () => {
    const url = await emptyDatabase();
    const service = new pg.Client({ connectionString: url, application_name: 'parley-shop' });
    await service.connect();
    await expect(load(url)).rejects.toThrow('processes of Parley work on this database (parley-shop): stop them first');
    await expect(whileNobodyWorks(url, async () => 'done')).rejects.toThrow('stop them first');
    await service.end();
    await expect.poll(() => whileNobodyWorks(url, async () => 'done').catch(String)).toBe('done'); // the server hears of it a moment later
  });
});
