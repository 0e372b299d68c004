import { createTestDatabase } from '@parley/db/testing';
import { expect, it } from 'vitest';
import { AuthDatabase, authSchema } from '../src/db/auth.database.js';
import { FoldSearchKeys1764600000000 } from '../src/db/migrations/1764600000000-fold-search-keys.js';
import { searchKeyOf } from '../src/users/user-search.js';

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

it('folds the search keys of those who are there as it folds new ones', async () => {
  await using created = await createTestDatabase([authSchema]);
  const database = new AuthDatabase({ url: created.url }, authSchema);
  await database.open();
  const names = ['José Müller', 'Straße ﬁn', 'Łódź Ærø Þór Đặng', 'ΟΔΟΣ Ελλάδα', 'Ёлка שָׁלוֹם', 'हिन्दी 학교 東京', 'plain'];
  for (const [index, name] of names.entries())
    await database.query(
      `INSERT INTO auth.users (id, username, username_key, display_name, search_key, bio, avatar_seed, is_administrator, created_at)
       VALUES (gen_random_uuid(), $1, $1, $2, $3, '', '', false, now())`,
      [`user${index}`, name, `user${index}\n${name.normalize('NFKC').toLowerCase()}`],
    );
  const runner = database.dataSource.createQueryRunner();
  await new FoldSearchKeys1764600000000().up(runner);
  await runner.release();
  const rows = await database.query<{ search_key: string }>(`SELECT search_key FROM auth.users ORDER BY username`);
  await database.close();
  expect(rows.map(({ search_key }) => search_key)).toEqual(names.map((name, index) => searchKeyOf(`user${index}`, name)));
});
