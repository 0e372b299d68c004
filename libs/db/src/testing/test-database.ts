import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import type { ServiceSchema } from '../database.js';
import { migrate } from '../migrate.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser's address of the run's throw-away Postgres; the global setup of integration tests provides it. */
    databaseServerUrl: string;
  }
}

const TEMPLATE_LOCK = 0x7465_6d70;
const LOCK_POLL_MS = 20;

/** A database of one test file's own. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  /** Also cuts connections that are still open. */
  drop(): Promise<void>;
}

/**
 * A new database with these schemas migrated. The first caller of a run migrates a template, all others copy it
 * (tens of milliseconds), so every file can afford its own.
 */
export async function createTestDatabase(schemas: readonly ServiceSchema[]): Promise<TestDatabase> {
  const serverUrl = inject('databaseServerUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdmin(serverUrl, async (client) => {
    const template = await prepareTemplate(client, serverUrl, schemas);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  });
  const drop = () => asAdmin(serverUrl, async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)));
  return { url: urlOf(serverUrl, name), drop, [Symbol.asyncDispose]: drop };
}

async function prepareTemplate(client: pg.Client, serverUrl: string, schemas: readonly ServiceSchema[]): Promise<string> {
  if (schemas.length === 0) return 'template1';
  const template = `template_${fingerprint(schemas)}`;
  await takeLock(client);
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (rowCount === 0) {
      const unfinished = `${template}_new`;
      await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
      await client.query(`CREATE DATABASE ${unfinished} STRATEGY file_copy`);
      await migrate(urlOf(serverUrl, unfinished), schemas);
      await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${template}`);
    }
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
  return template;
}

/** By polling: a session that waits inside the lock call would hold up the commands above. */
async function takeLock(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [TEMPLATE_LOCK]);
    if (rows[0]?.locked) return;
    await delay(LOCK_POLL_MS);
  }
}

/** The migrations' source is part of it: two versions of one class in a watching test run are two templates. */
function fingerprint(schemas: readonly ServiceSchema[]): string {
  const hash = createHash('sha256');
  for (const { schema, migrations } of schemas) hash.update(`${schema}\0${migrations.map(String).join('\0')}\0`);
  return hash.digest('hex').slice(0, 24);
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function asAdmin(serverUrl: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl, application_name: 'parley-test-admin' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
