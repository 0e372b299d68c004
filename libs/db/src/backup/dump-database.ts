import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { findSequences, findTables, type TableShape } from './table-shape.js';

export interface DumpedTable extends TableShape {
  readonly rows: number;
}

export interface DumpedSequence {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  /** The last one that was given out. */
  readonly value: string;
}

/** What a dump holds besides the rows; JSON. */
export interface DatabaseDump {
  /** Names of the migrations that had been applied, by schema: what the rows fit. */
  readonly migrations: Readonly<Record<string, readonly string[]>>;
  /** Those that others refer to come first. */
  readonly tables: readonly DumpedTable[];
  readonly sequences: readonly DumpedSequence[];
}

export interface DumpOptions {
  readonly url: string;
  readonly schemas: readonly string[];
  /** Gets a file per table. */
  readonly folder: string;
  /** Called when the moment of the dump is fixed, before its rows are read. */
  readonly onSnapshot?: () => Promise<void>;
}

export const dumpFile = ({ schema, table }: Pick<TableShape, 'schema' | 'table'>): string => `${schema}.${table}.copy.gz`;

/**
 * Writes all rows of these schemas as they were at one moment, while everybody goes on working. Needs nothing but a connection: the
 * schemas themselves are made anew by their migrations (`loadDatabase`), also on another version of Postgres.
 */
export async function dumpDatabase({ url, schemas, folder, onSnapshot }: DumpOptions): Promise<DatabaseDump> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const client = new pg.Client({ connectionString: url, application_name: 'backup-of-parley', connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // told by the query that needs the connection
  await client.connect();
  try {
    await client.query('SET statement_timeout = 0; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const migrations = await findMigrations(client, schemas); // the first query fixes the moment
    await onSnapshot?.();
    const tables: DumpedTable[] = [];
    for (const shape of await findTables(client, schemas)) tables.push({ ...shape, rows: await dumpTable(client, shape, folder) });
    const sequences: DumpedSequence[] = [];
    for (const { name, ...column } of await findSequences(client, schemas)) {
      const { rows } = await client.query<{ value: string }>(`SELECT last_value AS value FROM ${name} WHERE is_called`);
      if (rows[0]) sequences.push({ ...column, value: rows[0].value });
    }
    await client.query('COMMIT');
    return { migrations, tables, sequences };
  } finally {
    await client.end();
  }
}

async function dumpTable(client: pg.Client, shape: TableShape, folder: string): Promise<number> {
  const columns = shape.columns.map((column) => client.escapeIdentifier(column)).join(', ');
  const table = `${client.escapeIdentifier(shape.schema)}.${client.escapeIdentifier(shape.table)}`;
  const rows = client.query(copyTo(`COPY (SELECT ${columns} FROM ${table}) TO STDOUT`)); // as a query, it takes partitioned tables too
  await pipeline(rows, createGzip({ level: 1 }), createWriteStream(join(folder, dumpFile(shape)), { mode: 0o600 }));
  return rows.rowCount;
}

async function findMigrations(client: pg.Client, schemas: readonly string[]): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const schema of schemas) {
    const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${client.escapeIdentifier(schema)}.migrations ORDER BY id`);
    found[schema] = rows.map(({ name }) => name);
  }
  return found;
}
