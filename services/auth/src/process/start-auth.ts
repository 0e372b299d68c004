import { resolve } from 'node:path';
import { EmbeddedPostgres, migrate } from '@parley/db';
import { PlatformModule, logSchema } from '@parley/platform';
import { bootstrap, configOf, createLogger, defineConfig, listenConfig, loadConfig, serverConfig, type RunningApp } from '@parley/runtime';
import { z } from 'zod';
import { accessTokenConfig, authConfig } from '../auth.config.js';
import { authSchema } from '../db/auth.database.js';
import { AuthProcessModule } from './auth-process.module.js';

const processConfig = defineConfig(
  'PARLEY_',
  z.object({
    DATA_DIR: z.string().default('./.parley-auth'),
    LIMITS_FACTOR: z.coerce.number('must be a number').min(0, 'must not be negative').default(1),
  }),
);

/** The auth service alone, with a Postgres of its own: for work on it (`nest start auth`). */
export async function startAuth(env: NodeJS.ProcessEnv): Promise<RunningApp> {
  const config = loadConfig([listenConfig, serverConfig, processConfig, accessTokenConfig, authConfig], env);
  const { DATA_DIR, LIMITS_FACTOR: limitsFactor } = configOf(config, processConfig);
  const dataDir = resolve(DATA_DIR);
  const logger = createLogger(configOf(config, serverConfig).LOG_LEVEL);
  const postgres = await EmbeddedPostgres.start({
    dataDir,
    log: (line) => logger[line.includes('LOG:') ? 'debug' : 'info']({ part: 'postgres' }, line),
  });
  try {
    await migrate(postgres.url, [logSchema, authSchema]);
  } catch (error) {
    await postgres[Symbol.asyncDispose]();
    throw error;
  }
  const platform = await PlatformModule.for({ mode: 'embedded', databaseUrl: postgres.url, dataDir, limitsFactor });
  const app = await bootstrap({ module: AuthProcessModule.on(platform), config, logger, resources: [postgres] });
  logger.info(`auth is ready at ${app.url}`);
  return app;
}
