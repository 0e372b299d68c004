import { Column, Entity, PrimaryColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database, type ServiceSchema } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.js';

@Entity({ name: 'cat' })
class Cat {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'text' })
  name!: string;
}

class CreateCats1700000000001 implements MigrationInterface {
  readonly name = 'CreateCats1700000000001';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE zoo.cat (id int PRIMARY KEY, name text NOT NULL)');
  }
  async down(): Promise<void> {}
}

const zoo: ServiceSchema = { schema: 'zoo', entities: [Cat], migrations: [CreateCats1700000000001] };
class ZooDatabase extends Database {}

let test: TestDatabase;
let database: ZooDatabase;

beforeEach(async () => {
  test = await createTestDatabase([zoo]);
  database = new ZooDatabase({ url: test.url, poolSize: 3 }, zoo);
  await database.open();
});
afterEach(async () => {
  await database.close();
  await test.drop();
});

const countCats = async () => (await database.query<{ count: number }>('SELECT count(*)::int AS count FROM zoo.cat'))[0]?.count;

describe('a transaction', () => {
  it('is one connection for entities and SQL', async () => {
    await database.transaction(async (transaction) => {
      await transaction.repository(Cat).insert({ id: 1, name: 'Tom' });
      expect(await transaction.query('SELECT name FROM zoo.cat')).toEqual([{ name: 'Tom' }]);
      await transaction.query('INSERT INTO zoo.cat VALUES ($1, $2)', [2, 'Kit']);
      expect(await transaction.repository(Cat).countBy({})).toBe(2);
      expect(await countCats()).toBe(0); // others see nothing yet
    });
    expect(await countCats()).toBe(2);
  });

  it('leaves nothing when it throws', async () => {
    const work = database.transaction(async (transaction) => {
      await transaction.repository(Cat).insert({ id: 1, name: 'Tom' });
      await transaction.query(`INSERT INTO zoo.cat VALUES (2, 'Kit')`);
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await countCats()).toBe(0);
  });

  it('gives its connection back, however it ends', async () => {
    for (let round = 0; round < 10; round++)
      await database.transaction((transaction) => transaction.query('SELECT 1/0')).catch(() => undefined);
    expect(await countCats()).toBe(0);
    expect(database.pool.totalCount - database.pool.idleCount).toBe(0);
  });
});

describe('a lost server', () => {
  const cutAll = () =>
    database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`);

  it('does not end the process when it takes idle connections', async () => {
    await Promise.all([1, 2, 3].map(() => database.query('SELECT pg_sleep(0.05)')));
    await cutAll();
    await expect.poll(() => database.pool.totalCount).toBe(1); // the one that asked for it
    expect(await Promise.all([1, 2, 3].map(() => countCats()))).toEqual([0, 0, 0]);
  });

  it('fails the transaction that it interrupts, and only that', async () => {
    const work = database.transaction(async (transaction) => {
      await transaction.query(`INSERT INTO zoo.cat VALUES (1, 'Tom')`);
      await cutAll();
      await transaction.query(`INSERT INTO zoo.cat VALUES (2, 'Kit')`);
    });
    await expect(work).rejects.toThrow();
    expect(await countCats()).toBe(0);
  });
});

describe('limits of a connection', () => {
  it('are set on the server', async () => {
    const [limits] = await database.query(
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock, current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('application_name') AS name`,
    );
    expect(limits).toEqual({ statement: '10s', lock: '3s', idle: '5s', name: 'parley-zoo' });
  });

  it('hold for the number of connections', async () => {
    await Promise.all(Array.from({ length: 20 }, () => database.query('SELECT pg_sleep(0.01)')));
    expect(database.pool.totalCount).toBe(3);
  });
});

describe('close', () => {
  it('may be called twice, also at once', async () => {
    await Promise.all([database.close(), database.close()]);
    await database.close();
    await expect(database.query('SELECT 1')).rejects.toThrow();
  });
});
