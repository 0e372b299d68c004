import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { DataSource, type Logger } from 'typeorm';
import type { ServiceSchema } from './database.js';

export interface AppliedMigration {
  readonly schema: string;
  readonly migration: string;
}

/** One lock per database for all of Parley: "parley" as a number. */
const LOCK_KEY = 0x7061_726c;
const LOCK_POLL_MS = 100;

const nothing = (): void => undefined;
const SILENT: Logger = {
  log: nothing,
  logMigration: nothing,
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
};

/**
 * Brings the schemas up to date and tells what was applied. Any number of processes may call it at once: one works,
 * the others wait and then find nothing to do. Each migration has a transaction of its own, so a failed one leaves
 * those before it applied and itself without a trace. Rejects with a `SchemaError` when a newer version was here.
 */
export async function migrate(url: string, schemas: readonly ServiceSchema[]): Promise<AppliedMigration[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'parley-migrate', connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // reported by the query that needs the connection
  await client.connect();
  try {
    await takeLock(client);
    const applied: AppliedMigration[] = [];
    for (const schema of schemas) {
      assertKnown(schema.schema, schema.migrations, await appliedMigrations(client, schema.schema));
      applied.push(...(await migrateSchema(client, url, schema)));
    }
    return applied;
  } finally {
    await client.end(); // frees the lock, also when a migration failed
  }
}

/** The schemas are not as this version of the product needs them; the message says what is to be done. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

/** Rejects with a `SchemaError` unless every migration of these schemas was applied, and none that a newer version made. */
export async function assertMigrated(url: string, schemas: readonly ServiceSchema[]): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'parley-migrate', connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const { schema, migrations } of schemas) {
      const applied = await appliedMigrations(client, schema);
      const pending = migrations.length - migrations.filter(({ name }) => applied.has(name)).length;
      if (pending > 0) {
        throw new SchemaError(
          `the schema "${schema}" of the database lacks ${pending} migration(s): run the migrate job (npm run migrate)`,
        );
      }
      assertKnown(schema, migrations, applied);
    }
  } finally {
    await client.end();
  }
}

/** Old code on a schema that a newer version has made could write what that one no longer understands. */
function assertKnown(schema: string, migrations: ServiceSchema['migrations'], applied: ReadonlySet<string>): void {
  const unknown = [...applied].filter((name) => !migrations.some((migration) => migration.name === name));
  if (unknown.length === 0) return;
  throw new SchemaError(
    `the schema "${schema}" of the database was made by a newer version (${unknown.join(', ')}): run that version, or restore a backup`,
  );
}

async function appliedMigrations(client: pg.Client, schema: string): Promise<Set<string>> {
  const table = `${client.escapeIdentifier(schema)}.migrations`;
  const { rows: found } = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [table]);
  if (!found[0]?.there) return new Set();
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${table}`);
  return new Set(rows.map(({ name }) => name));
}

/** Asks again and again: a waiting `pg_advisory_lock` is a transaction that `CREATE INDEX CONCURRENTLY` would wait for. */
async function takeLock(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [LOCK_KEY]);
    if (rows[0]?.locked) return;
    await delay(LOCK_POLL_MS);
  }
}

async function migrateSchema(client: pg.Client, url: string, { schema, migrations }: ServiceSchema): Promise<AppliedMigration[]> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${client.escapeIdentifier(schema)}`); // TypeORM keeps its list of migrations in it
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    schema,
    migrations: [...migrations],
    migrationsTransactionMode: 'each',
    synchronize: false,
    applicationName: `parley-migrate-${schema}`,
    extra: { max: 1 },
    poolErrorHandler: () => undefined,
    logger: SILENT, // what fails is thrown
  });
  await dataSource.initialize();
  try {
    const done = await dataSource.runMigrations();
    return done.map(({ name }) => ({ schema, migration: name }));
  } finally {
    await dataSource.destroy();
  }
}
