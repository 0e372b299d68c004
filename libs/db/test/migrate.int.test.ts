import { SourceProcess } from '@parley/testing';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { assertMigrated, migrate, type AppliedMigration, type ServiceSchema } from '../src/index.js';
import { createTestDatabase } from '../src/testing/index.js';
import { house, shop } from './fixtures/schemas.js';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const ALL = ['shop CreateShelves1700000000001', 'shop IndexShelves1700000000002', 'house CreateDoors1700000000001'];
const named = (applied: readonly AppliedMigration[]) => applied.map(({ schema, migration }) => `${schema} ${migration}`);

describe('migrate', () => {
  it('applies what is missing, in order, and nothing twice', async () => {
    await using database = await createTestDatabase([]);
    expect(named(await migrate(database.url, [shop, house]))).toEqual(ALL);
    expect(await migrate(database.url, [shop, house])).toEqual([]);
    expect(await query(database.url, 'SELECT name FROM house.migrations')).toEqual([{ name: 'CreateDoors1700000000001' }]);
  });

  it('may be called by five processes at once', async () => {
    await using database = await createTestDatabase([]);
    const children = Array.from(
      { length: 5 },
      () => new SourceProcess(new URL('./fixtures/migrate-once.ts', import.meta.url), { args: [database.url] }),
    );
    const answers = await Promise.all(children.map((child) => child.answer<AppliedMigration[]>()));
    expect(named(answers.flat())).toEqual(ALL);
    expect(await Promise.all(children.map(({ exited }) => exited))).toEqual([0, 0, 0, 0, 0]);
  });

  it('keeps what came before a failed migration, leaves nothing of that one, and frees the lock', async () => {
    let isBroken = true;
    class AddRoof1700000000009 implements MigrationInterface {
      readonly name = 'AddRoof1700000000009';
      async up(runner: QueryRunner): Promise<void> {
        await runner.query('CREATE TABLE house.roof (id int)');
        if (isBroken) await runner.query('SELECT 1/0');
      }
      async down(): Promise<void> {}
    }
    const extended: ServiceSchema = { ...house, migrations: [...house.migrations, AddRoof1700000000009] };
    await using database = await createTestDatabase([]);
    await expect(migrate(database.url, [extended])).rejects.toThrow('division by zero');
    expect(
      await query(database.url, `SELECT to_regclass('house.door') IS NOT NULL AS door, to_regclass('house.roof') IS NULL AS "noRoof"`),
    ).toEqual([{ door: true, noRoof: true }]);
    isBroken = false;
    expect(named(await migrate(database.url, [extended]))).toEqual(['house AddRoof1700000000009']);
  });
});

describe('assertMigrated', () => {
  it('is content only with exactly the migrations that it knows', async () => {
    await using database = await createTestDatabase([]);
    await expect(assertMigrated(database.url, [house])).rejects.toThrow(
      '"house" of the database lacks 1 migration(s): run the migrate job',
    );
    await migrate(database.url, [house, shop]);
    await assertMigrated(database.url, [house, shop]);
    const older: ServiceSchema = { ...shop, migrations: shop.migrations.slice(0, 1) };
    const refusal = '"shop" of the database was made by a newer version (IndexShelves1700000000002)';
    await expect(assertMigrated(database.url, [older])).rejects.toThrow(refusal);
    await expect(migrate(database.url, [older])).rejects.toThrow(refusal);
  });
});

describe('createTestDatabase', () => {
  it('gives each caller a database of its own, migrated', async () => {
    await using first = await createTestDatabase([house]);
    await using second = await createTestDatabase([house]);
    await query(first.url, 'INSERT INTO house.door VALUES (1)');
    expect(await query(second.url, 'SELECT count(*)::int AS doors FROM house.door')).toEqual([{ doors: 0 }]);
  });

  it('drops it although somebody is still connected', async () => {
    const database = await createTestDatabase([]);
    const client = new pg.Client(database.url);
    const cut = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await database.drop();
    await cut;
    await expect(query(database.url, 'SELECT 1')).rejects.toThrow('does not exist');
  });
});
