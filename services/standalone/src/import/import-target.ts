import { resolve } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AccountImport, AuthModule, accessTokenConfig, authConfig, authSchema } from '@parley/auth';
import { SessionsModule, mediaLimitConfig } from '@parley/chat';
import { EmbeddedPostgres, migrate } from '@parley/db';
import { gatewayConfig } from '@parley/gateway';
import { mediaConfig } from '@parley/media';
import { MessageImport, MessagesModule, messagesSchema } from '@parley/messages';
import { PlatformModule, logSchema, type DistributedPlatformOptions, type PlatformOptions } from '@parley/platform';
import { ImportedMarkers, RoomImport, RoomsModule, roomsSchema } from '@parley/rooms';
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
import { ImportError } from './import-error.js';
import { ImportPeersModule } from './import-peers.module.js';

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

/** The services that own what is imported, without their edges. */
@Module({})
class ImportModule {
  static async on(platform: PlatformOptions, config: LoadedConfig): Promise<DynamicModule> {
    const { MEDIA_URL: url, SERVICE_CREDENTIAL: credential } = configOf(config, targetConfig);
    return {
      module: ImportModule,
      imports: [
        RuntimeModule.with(),
        ConfigModule.for(config),
        await PlatformModule.for(platform),
        ImportPeersModule.for({ url, credential }),
        SessionsModule,
        AuthModule,
        RoomsModule,
        MessagesModule,
      ],
    };
  }
}

/** An installation that is written to, through the services that own its data. */
export interface ImportTarget extends AsyncDisposable {
  readonly accounts: AccountImport;
  readonly rooms: RoomImport;
  readonly markers: ImportedMarkers;
  readonly messages: MessageImport;
}

/** `cwd` is where a relative data folder is. Throws what an operator has to put right. */
export async function openImportTarget(env: NodeJS.ProcessEnv): Promise<ImportTarget> {
  const isDistributed = env['PARLEY_MODE'] === 'distributed';
  const configs = [listenConfig, serverConfig, targetConfig, accessTokenConfig, authConfig, gatewayConfig, mediaConfig, mediaLimitConfig];
  const config = loadConfig([...configs, ...(isDistributed ? [enginesConfig] : [])], env);
  const { DATABASE_URL, DATA_DIR } = configOf(config, targetConfig);
  const dataDir = resolve(DATA_DIR);
  if (isDistributed && DATABASE_URL === undefined) throw new ImportError('PARLEY_DATABASE_URL is missing');
  const postgres = DATABASE_URL === undefined ? await EmbeddedPostgres.start({ dataDir, log: () => undefined }) : undefined;
  try {
    const databaseUrl = DATABASE_URL ?? postgres!.url;
    await migrate(databaseUrl, [...(isDistributed ? [] : [logSchema]), authSchema, roomsSchema, messagesSchema]);
    const platform: PlatformOptions = isDistributed
      ? { mode: 'distributed', databaseUrl, limitsFactor: 0, onFatal: stop, ...enginesOf(config) }
      : { mode: 'embedded', databaseUrl, dataDir, limitsFactor: 0 };
    const logger = new NestLogger(createLogger(env['PARLEY_LOG_LEVEL'] === undefined ? 'warn' : configOf(config, serverConfig).LOG_LEVEL));
    const app = await NestFactory.createApplicationContext(await ImportModule.on(platform, config), { logger, abortOnError: false });
    const get = <T>(type: abstract new (...args: never[]) => T): T => app.get<T>(type as new () => T, { strict: false });
    return {
      accounts: get(AccountImport),
      rooms: get(RoomImport),
      markers: get(ImportedMarkers),
      messages: get(MessageImport),
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
