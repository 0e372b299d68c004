// `npm run migrate`: brings the database of PARLEY_DATABASE_URL up to date for all services, before they start or are upgraded. May run
// as often as one likes and several times at once. With PARLEY_MIGRATIONS=by-job the services wait for it.

import { migrate, postgresTrouble, SchemaError } from '@parley/db';
import { ConfigError, configOf, defineConfig, loadConfig } from '@parley/runtime';
import { z } from 'zod';
import { SERVICE_SCHEMAS } from './schemas.js';

const migrateConfig = defineConfig(
  'PARLEY_',
  z.object({
    DATABASE_URL: z
      .string('is missing: an address like postgres://user:password@host/database')
      .regex(/^postgres(ql)?:\/\//, 'must be an address like postgres://user:password@host/database'),
  }),
);

let url = '';
try {
  ({ DATABASE_URL: url } = configOf(loadConfig([migrateConfig], onlyDatabase(process.env)), migrateConfig));
  for (const { schema, migration } of await migrate(url, SERVICE_SCHEMAS)) console.log(`migrate: ${schema}: ${migration}`);
  console.log('migrate: the database is up to date');
} catch (error) {
  const isPlain = error instanceof ConfigError || error instanceof SchemaError;
  console.error(`migrate: ${(isPlain ? error : postgresTrouble(error, url)).message}`);
  process.exitCode = 1;
}

/** Whoever has the variables of a service about may leave them: this job needs one of them. */
function onlyDatabase(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => /^PARLEY_DATABASE_URL(_FILE)?$/.test(name)));
}
