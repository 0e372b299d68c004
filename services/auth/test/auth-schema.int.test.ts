import { createTestDatabase } from '@parley/db/testing';
import { expect, it } from 'vitest';
import { AuthDatabase, authSchema } from '../src/db/auth.database.js';

it('has entities that say what the migrations made', async () => {
  await using created = await createTestDatabase([authSchema]);
  const database = new AuthDatabase({ url: created.url }, authSchema);
  await database.open();
  const drift = await database.dataSource.driver.createSchemaBuilder().log();
  await database.close();
  // Indexes and constraints between tables are the migrations' alone.
  const differences = drift.upQueries.map(({ query }) => query).filter((query) => !/DROP (INDEX|CONSTRAINT)/.test(query));
  expect(drift.upQueries.length).toBeGreaterThan(0);
  expect(differences).toEqual([]);
});
