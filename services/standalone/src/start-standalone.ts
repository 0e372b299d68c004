import { resolve } from 'node:path';
import { accessTokenConfig, authConfig } from '@parley/auth';
import { mediaLimitConfig } from '@parley/chat';
import { EmbeddedPostgres, migrate } from '@parley/db';
import { GatewayIoAdapter, gatewayConfig } from '@parley/gateway';
import { mediaConfig } from '@parley/media';
import { logSchema } from '@parley/platform';
import { pushConfig } from '@parley/rooms';
import {
  bootstrap,
  configOf,
  createLogger,
  listenConfig,
  loadConfig,
  serverConfig,
  tracingConfig,
  tracingFrom,
  type RunningApp,
} from '@parley/runtime';
import { serveApiDocs } from './api-docs.js';
import { SERVICE_SCHEMAS } from './schemas.js';
import { standaloneConfig } from './standalone.config.js';
import { StandaloneModule } from './standalone.module.js';

const CONFIGS = [
  listenConfig,
  serverConfig,
  tracingConfig,
  standaloneConfig,
  accessTokenConfig,
  authConfig,
  gatewayConfig,
  mediaConfig,
  mediaLimitConfig,
  pushConfig,
];
const SCHEMAS = [logSchema, ...SERVICE_SCHEMAS];

/** There is no other gateway that clients could move to: a short goodbye, so that Ctrl-C does not make people wait. */
const ALONE = { PARLEY_GATEWAY_DRAIN_WINDOW_MS: '1500' };

/** The whole product in this process, with its own Postgres: what `npm start` runs. */
export async function startStandalone(env: NodeJS.ProcessEnv): Promise<RunningApp> {
  const config = loadConfig(CONFIGS, { ...ALONE, ...env });
  const { DATA_DIR, LIMITS_FACTOR } = configOf(config, standaloneConfig);
  const dataDir = resolve(DATA_DIR);
  const logger = createLogger(configOf(config, serverConfig).LOG_LEVEL);
  if (LIMITS_FACTOR === 0) logger.warn('PARLEY_LIMITS_FACTOR is 0: nothing is rate-limited');

  const postgres = await EmbeddedPostgres.start({
    dataDir,
    log: (line) => logger[line.includes('LOG:') ? 'debug' : 'info']({ part: 'postgres' }, line),
  });
  const app = await startOn(postgres).catch(async (error: unknown) => {
    await postgres[Symbol.asyncDispose]();
    throw error;
  });
  process.stdout.write(`Parley is ready at ${app.url}\n`);
  return app;

  async function startOn({ url: databaseUrl }: EmbeddedPostgres): Promise<RunningApp> {
    for (const { schema, migration } of await migrate(databaseUrl, SCHEMAS)) logger.info(`migrated ${schema}: ${migration}`);
    return bootstrap({
      module: await StandaloneModule.on({ databaseUrl, dataDir, limitsFactor: LIMITS_FACTOR }),
      config,
      logger,
      resources: [postgres, ...(await tracingFrom(config, 'standalone'))],
      configure: (nest) => {
        nest.useWebSocketAdapter(new GatewayIoAdapter(nest));
        serveApiDocs(nest);
      },
    });
  }
}
