import { randomBytes } from 'node:crypto';
import { migrate } from '@parley/db';
import { createTestDatabase } from '@parley/db/testing';
import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { SERVICE_SCHEMAS } from '../src/schemas.js';

describe('the migrations of all services', () => {
  it('need no more rights than to own the database, as with a server that somebody else keeps', async () => {
    await using database = await createTestDatabase([]);
    const owner = `owner_${randomBytes(6).toString('hex')}`;
    const admin = new pg.Client(inject('databaseServerUrl'));
    await admin.connect();
    try {
      const { pathname } = new URL(database.url);
      await admin.query(`CREATE ROLE ${owner} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD 'known'`);
      await admin.query(`ALTER DATABASE ${pathname.slice(1)} OWNER TO ${owner}`);
      const url = new URL(database.url);
      [url.username, url.password] = [owner, 'known'];
      const applied = await migrate(url.href, SERVICE_SCHEMAS);
      expect(new Set(applied.map(({ schema }) => schema)).size).toBe(SERVICE_SCHEMAS.length);
      expect(await migrate(url.href, SERVICE_SCHEMAS)).toEqual([]);
    } finally {
      await database.drop();
      await admin.query(`DROP ROLE IF EXISTS ${owner}`);
      await admin.end();
    }
  });
});
