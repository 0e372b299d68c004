import { resolve } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule, accessTokenConfig, authConfig, authSchema } from '@parley/auth';
import { SessionsModule, mediaLimitConfig } from '@parley/chat';
import { EmbeddedPostgres, migrate } from '@parley/db';
import { gatewayConfig } from '@parley/gateway';
import { mediaConfig } from '@parley/media';
import { MessagesModule, messagesSchema } from '@parley/messages';
import { PlatformModule, logSchema, type DistributedPlatformOptions, type PlatformOptions } from '@parley/platform';
import { RoomsModule, pushConfig, roomsSchema } from '@parley/rooms';
import {
  ConfigModule,
  NestLogger,
  RuntimeModule,
  configOf,
  createLogger,
  defineConfig,
  listenConfig,
  loadConfig,
  serverConfig,
  type LoadedConfig,
} from '@parley/runtime';
import { enginesConfig } from '@parley/service';
import { z } from 'zod';
import { OperatorError } from './operator-error.js';
import { InstallationPeersModule } from './installation-peers.module.js';

/** Where to: what is said in the same words to the services. Further variables of theirs are accepted and of no use here. */
const targetConfig = defineConfig(
  'PARLEY_',
  z.object({
    MODE: z.enum(['distributed', 'embedded']).default('embedded'),
    DATABASE_URL: z
      .url({ protocol: /^postgres(ql)?$/, error: 'must be an address like postgres://user:password@host/database' })
      .optional(),
    DATA_DIR: z.string().default('./.parley'),
    LIMITS_FACTOR: z.string().optional(),
    SERVICE_CREDENTIAL: z.string().default(''),
    AUTH_URL: z.string().optional(),
    ROOMS_URL: z.string().optional(),
    MESSAGES_URL: z.string().optional(),
    MEDIA_URL: z.string().default('http://media:8080'),
    MIGRATIONS: z.string().optional(),
    S3_ENDPOINT: z.string().optional(),
    S3_ACCESS_KEY: z.string().optional(),
    S3_SECRET_KEY: z.string().optional(),
    S3_BUCKET: z.string().optional(),
    S3_REGION: z.string().optional(),
  }),
);

/** The services that own what a command writes, without their edges. */
@Module({})
class InstallationModule {
  static async on(platform: PlatformOptions, config: LoadedConfig): Promise<DynamicModule> {
    const { MEDIA_URL: url, SERVICE_CREDENTIAL: credential } = configOf(config, targetConfig);
    return {
      module: InstallationModule,
      imports: [
        RuntimeModule.with(),
        ConfigModule.for(config),
        await PlatformModule.for(platform),
        InstallationPeersModule.for({ url, credential }),
        SessionsModule,
        AuthModule,
        RoomsModule,
        MessagesModule,
      ],
    };
  }
}

/** An installation that a command writes to, through the services that own its data. */
export interface Installation extends AsyncDisposable {
  /** A provider of one of the services. */
  get<T>(type: abstract new (...args: never[]) => T): T;
}

/**
 * Where the same variables would start Parley. Throws what an operator has to put right. In embedded mode nothing else may have the
 * data folder open.
 */
export async function openInstallation(env: NodeJS.ProcessEnv): Promise<Installation> {
  const isDistributed = env['PARLEY_MODE'] === 'distributed';
  const configs = [
    listenConfig,
    serverConfig,
    targetConfig,
    accessTokenConfig,
    authConfig,
    gatewayConfig,
    mediaConfig,
    mediaLimitConfig,
    pushConfig,
  ];
  // A command tells nobody's devices of what it does.
  const config = loadConfig([...configs, ...(isDistributed ? [enginesConfig] : [])], { ...env, PARLEY_PUSH_ENABLED: 'false' });
  const { DATABASE_URL, DATA_DIR } = configOf(config, targetConfig);
  const dataDir = resolve(DATA_DIR);
  if (isDistributed && DATABASE_URL === undefined) throw new OperatorError('PARLEY_DATABASE_URL is missing');
  const postgres = DATABASE_URL === undefined ? await EmbeddedPostgres.start({ dataDir, log: () => undefined }) : undefined;
  try {
    const databaseUrl = DATABASE_URL ?? postgres!.url;
    await migrate(databaseUrl, [...(isDistributed ? [] : [logSchema]), authSchema, roomsSchema, messagesSchema]);
    const platform: PlatformOptions = isDistributed
      ? { mode: 'distributed', databaseUrl, limitsFactor: 0, onFatal: stop, ...enginesOf(config) }
      : { mode: 'embedded', databaseUrl, dataDir, limitsFactor: 0 };
    const logger = new NestLogger(createLogger(env['PARLEY_LOG_LEVEL'] === undefined ? 'warn' : configOf(config, serverConfig).LOG_LEVEL));
    const app = await NestFactory.createApplicationContext(await InstallationModule.on(platform, config), { logger, abortOnError: false });
    return {
      get: <T>(type: abstract new (...args: never[]) => T): T => app.get<T>(type as new () => T, { strict: false }),
      async [Symbol.asyncDispose]() {
        await app.close();
        await postgres?.[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await postgres?.[Symbol.asyncDispose]();
    throw error;
  }
}

function enginesOf(config: LoadedConfig): Pick<DistributedPlatformOptions, 'kafkaBrokers' | 'kafkaTopics' | 'redisUrl'> {
  const { KAFKA_BROKERS: kafkaBrokers, MESSAGE_PARTITIONS, REDIS_URL: redisUrl } = configOf(config, enginesConfig);
  return {
    kafkaBrokers,
    kafkaTopics: { partitions: { 'chat.messages': MESSAGE_PARTITIONS, 'chat.stored': MESSAGE_PARTITIONS } },
    redisUrl,
  };
}

function stop(reason: string): void {
  setImmediate(() => {
    throw new Error(reason);
  });
}
