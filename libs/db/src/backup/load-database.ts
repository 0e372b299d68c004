import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import pg, { type QueryResultRow } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Queryable, ServiceSchema } from '../database.js';
import { SchemaError, migrate } from '../migrate.js';
import { dumpFile, type DatabaseDump, type DumpedTable } from './dump-database.js';

export interface LoadOptions {
  readonly url: string;
  /** Of this version, whose migrations the dump's must be among. */
  readonly schemas: readonly ServiceSchema[];
  readonly folder: string;
  readonly dump: DatabaseDump;
  /** What is there is thrown away first. Otherwise only a database without these schemas is filled. */
  readonly isReplacing: boolean;
  /** Runs in the same transaction as the rows: all of it or nothing. */
  readonly afterRows: (transaction: Queryable) => Promise<void>;
}

/**
 * Fills a database from a dump: makes the schemas as the dump had them, loads all rows in one transaction, and only then applies
 * migrations that came later. Rejects with a `SchemaError` that says what is in the way: data, processes that run, a newer dump.
 */
export async function loadDatabase(options: LoadOptions): Promise<void> {
  const { url, schemas, dump, isReplacing } = options;
  assertNotNewer(schemas, dump);
  const client = new pg.Client({ connectionString: url, application_name: 'restore-of-parley', connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SET statement_timeout = 0');
    await assertNobodyWorks(client);
    await makeRoom(client, schemas, isReplacing);
    await migrate(
      url,
      schemas.map((schema) => asOf(schema, dump)),
    );
    await loadRows(client, options);
    await migrate(url, schemas);
    await client.query('ANALYZE'); // or the first hours would be planned for empty tables
  } finally {
    await client.end();
  }
}

/** Runs `work` in a transaction, or rejects with a `SchemaError` when processes of Parley are connected. */
export async function whileNobodyWorks<T>(url: string, work: (transaction: Queryable) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'restore-of-parley', connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await assertNobodyWorks(client);
    return await inTransaction(client, work);
  } finally {
    await client.end();
  }
}

const asOf = (schema: ServiceSchema, { migrations }: DatabaseDump): ServiceSchema => ({
  ...schema,
  migrations: schema.migrations.filter(({ name }) => migrations[schema.schema]?.includes(name)),
});

function assertNotNewer(schemas: readonly ServiceSchema[], { migrations }: DatabaseDump): void {
  const known = new Set(schemas.flatMap(({ schema, migrations: all }) => all.map(({ name }) => `${schema}/${name}`)));
  const unknown = Object.entries(migrations).flatMap(([schema, names]) => names.filter((name) => !known.has(`${schema}/${name}`)));
  if (unknown.length > 0)
    throw new SchemaError(`the backup was made by a newer version (${unknown.join(', ')}): restore it with that version or a later one`);
}

async function assertNobodyWorks(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT application_name AS name FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'parley%' AND pid <> pg_backend_pid()`,
  );
  if (rows.length > 0)
    throw new SchemaError(`processes of Parley work on this database (${rows.map(({ name }) => name).join(', ')}): stop them first`);
}

async function makeRoom(client: pg.Client, schemas: readonly ServiceSchema[], isReplacing: boolean): Promise<void> {
  const names = schemas.map(({ schema }) => schema);
  const { rows } = await client.query<{ schema: string }>('SELECT nspname AS schema FROM pg_namespace WHERE nspname = ANY($1)', [names]);
  if (rows.length === 0) return;
  if (!isReplacing)
    throw new SchemaError(
      `the database is not empty (${rows.map(({ schema }) => schema).join(', ')}): restore into an empty one, or add --replace, which throws away what is there`,
    );
  for (const { schema } of rows) await client.query(`DROP SCHEMA ${client.escapeIdentifier(schema)} CASCADE`);
}

async function loadRows(client: pg.Client, { folder, dump, afterRows }: LoadOptions): Promise<void> {
  await inTransaction(client, async (transaction) => {
    const names = dump.tables.map((table) => nameOf(client, table));
    if (names.length > 0) await transaction.query(`TRUNCATE ${names.join(', ')}`); // of what migrations wrote themselves
    for (const table of dump.tables) await loadTable(client, table, folder);
    for (const { schema, table, column, value } of dump.sequences) {
      const sequence = `pg_get_serial_sequence(format('%I.%I', $1::text, $2::text), $3)`;
      await transaction.query(`SELECT setval(${sequence}, $4)`, [schema, table, column, value]);
    }
    await afterRows(transaction);
  });
}

async function inTransaction<T>(client: pg.Client, work: (transaction: Queryable) => Promise<T>): Promise<T> {
  const query = async <R extends QueryResultRow>(sql: string, values?: unknown[]) => (await client.query<R>(sql, values)).rows;
  await client.query('BEGIN');
  try {
    const result = await work({ query });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined); // the connection may be what failed
    throw error;
  }
}

async function loadTable(client: pg.Client, table: DumpedTable, folder: string): Promise<void> {
  const columns = table.columns.map((column) => client.escapeIdentifier(column)).join(', ');
  const rows = client.query(copyFrom(`COPY ${nameOf(client, table)} (${columns}) FROM STDIN`));
  await pipeline(createReadStream(join(folder, dumpFile(table))), createGunzip(), rows);
  if (rows.rowCount !== table.rows)
    throw new SchemaError(`the backup is damaged: ${dumpFile(table)} has ${rows.rowCount} rows, not ${table.rows}`);
}

const nameOf = (client: pg.Client, { schema, table }: Pick<DumpedTable, 'schema' | 'table'>): string =>
  `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(table)}`;
