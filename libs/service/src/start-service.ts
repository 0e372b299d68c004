import { resolve } from 'node:path';
import { Module } from '@nestjs/common';
import { PeerAnswersModule, SessionsModule } from '@parley/chat';
import { PlatformModule, engineChecks, logSchema, type DatabaseDemand, type PlatformOptions } from '@parley/platform';
import {
  ConfigError,
  bootstrap,
  configOf,
  createLogger,
  listenConfig,
  loadConfig,
  serverConfig,
  tracingConfig,
  tracingFrom,
  type ConfigDefinition,
  type ConfigOf,
  type LoadedConfig,
  type RunningApp,
} from '@parley/runtime';
import { EngineWatch } from './engine-watch.js';
import { PeersModule } from './peers.module.js';
import { enginesConfig, objectStoreConfig, serviceConfig } from './service.config.js';
import type { ServiceDefinition } from './service-definition.js';

@Module({})
class ServiceProcessModule {}

/**
 * One service in a process of its own. Its health is told from the beginning; the service itself begins when every engine that it
 * stands on can be used, however long that takes, or never, when the signal fires.
 */
export async function startService(
  env: NodeJS.ProcessEnv,
  definition: ServiceDefinition,
  signal: AbortSignal = new AbortController().signal,
): Promise<RunningApp> {
  const isEmbedded = env['PARLEY_MODE'] === 'embedded';
  const config = loadConfig(
    [listenConfig, serverConfig, tracingConfig, serviceConfig, ...(isEmbedded ? [] : enginesOf(definition)), ...definition.configs],
    env,
  );
  const service = configOf(config, serviceConfig);
  const logger = createLogger(configOf(config, serverConfig).LOG_LEVEL);
  const schemas = [...(isEmbedded ? [logSchema] : []), ...(definition.schema ? [definition.schema] : [])];
  const databaseUrl = schemas.length > 0 ? service.DATABASE_URL : undefined;
  if (schemas.length > 0 && databaseUrl === undefined) throw new ConfigError(['PARLEY_DATABASE_URL: is missing']);
  const options = isEmbedded ? embeddedPlatform(service, databaseUrl ?? '') : distributedPlatform(config, definition, databaseUrl);
  const onMigrated: DatabaseDemand['onMigrated'] = (applied) => {
    for (const { schema, migration } of applied) logger.info(`migrated ${schema}: ${migration}`);
  };
  const database = databaseUrl === undefined ? undefined : { url: databaseUrl, schemas };
  const watch = new EngineWatch(
    await engineChecks(options, database && { ...database, ...(service.MIGRATIONS === 'at-start' ? { onMigrated } : {}) }),
  );
  const platform = await PlatformModule.for(options);
  const answers = PeerAnswersModule.for({
    ports: definition.answers,
    imports: [definition.module],
    credential: service.SERVICE_CREDENTIAL,
  });
  const app = await bootstrap({
    module: {
      module: ServiceProcessModule,
      imports: [platform, PeersModule.for(definition, service), SessionsModule, definition.module, answers],
    },
    config,
    logger,
    resources: [...(await tracingFrom(config, definition.name)), watch],
    prepare: (readiness) => watch.untilUsable(readiness, signal),
    ...(definition.configure ? { configure: definition.configure } : {}),
  });
  process.stdout.write(`${definition.name} is ready at ${app.url}\n`);
  return app;
}

function embeddedPlatform({ DATA_DIR, LIMITS_FACTOR: limitsFactor }: ConfigOf<typeof serviceConfig>, databaseUrl: string): PlatformOptions {
  return { mode: 'embedded', databaseUrl, dataDir: resolve(DATA_DIR), limitsFactor };
}

const enginesOf = ({ keepsFiles }: ServiceDefinition): ConfigDefinition[] => [enginesConfig, ...(keepsFiles ? [objectStoreConfig] : [])];

function distributedPlatform(config: LoadedConfig, { keepsFiles }: ServiceDefinition, databaseUrl: string | undefined): PlatformOptions {
  const { LIMITS_FACTOR: limitsFactor } = configOf(config, serviceConfig);
  const { KAFKA_BROKERS: kafkaBrokers, MESSAGE_PARTITIONS, REDIS_URL: redisUrl } = configOf(config, enginesConfig);
  const s3 = keepsFiles ? configOf(config, objectStoreConfig) : undefined;
  return {
    mode: 'distributed',
    databaseUrl,
    kafkaBrokers,
    kafkaTopics: { partitions: { 'chat.messages': MESSAGE_PARTITIONS, 'chat.stored': MESSAGE_PARTITIONS } },
    redisUrl,
    s3: s3 && { endpoint: s3.ENDPOINT, accessKey: s3.ACCESS_KEY, secretKey: s3.SECRET_KEY, bucket: s3.BUCKET, region: s3.REGION },
    limitsFactor,
    // A process that no longer hears of messages must not look alive; whoever runs it starts it again.
    onFatal: (reason) =>
      setImmediate(() => {
        throw new Error(reason);
      }),
  };
}
