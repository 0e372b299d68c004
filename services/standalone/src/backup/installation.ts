import { join, resolve } from 'node:path';
import { EmbeddedPostgres, findRunningServer, type ServiceSchema } from '@parley/db';
import {
  FolderObjectStore,
  PostgresBacklog,
  PostgresEventLog,
  logSchema,
  type EventLog,
  type LogBacklog,
  type ObjectStore,
} from '@parley/platform';
import { configOf, defineConfig, loadConfig } from '@parley/runtime';
import { enginesConfig, objectStoreConfig, serviceConfig } from '@parley/service';
import { z } from 'zod';
import { SERVICE_SCHEMAS } from '../schemas.js';
import { BackupError } from './backup-error.js';

const { DATABASE_URL, DATA_DIR } = serviceConfig.schema.shape;
const { KAFKA_BROKERS, MESSAGE_PARTITIONS } = enginesConfig.schema.shape;
const databaseConfig = defineConfig('PARLEY_', z.object({ DATABASE_URL, DATA_DIR }));
const kafkaConfig = defineConfig('PARLEY_', z.object({ KAFKA_BROKERS, MESSAGE_PARTITIONS }));

/** Where an installation keeps what is worth keeping; the same variables as for the services, the others are ignored. */
export interface Installation {
  readonly databaseUrl: string;
  /** Besides those of the services; not part of a backup, which has the log's backlog instead. */
  readonly ownSchemas: readonly ServiceSchema[];
  openBacklog(): Promise<LogBacklog>;
  /** Only on migrated schemas. The caller closes it. */
  openLog(): Promise<EventLog & { close(): Promise<void> }>;
  /** Of the files; closed with the installation. */
  openFiles(): Promise<ObjectStore>;
}

/**
 * `mayRun`: of an embedded installation, whether Parley may be running on its data folder. What is opened goes onto `stack`.
 * Throws what an operator has to put right.
 */
export async function openInstallation(
  env: NodeJS.ProcessEnv,
  { mayRun, withFiles }: { mayRun: boolean; withFiles: boolean },
  stack: AsyncDisposableStack,
): Promise<Installation> {
  const isDistributed = Boolean(env['PARLEY_KAFKA_BROKERS']) || env['PARLEY_MODE'] === 'distributed';
  const definitions = [databaseConfig, ...(isDistributed ? [kafkaConfig] : []), ...(isDistributed && withFiles ? [objectStoreConfig] : [])];
  const known = new Set(definitions.flatMap(({ prefix, schema }) => Object.keys(schema.shape).map((key) => prefix + key)));
  const mine = Object.entries(env).filter(([name]) => known.has(name.replace(/_FILE$/, '')));
  const config = loadConfig(definitions, Object.fromEntries(mine));
  const { DATABASE_URL: url, DATA_DIR: folder } = configOf(config, databaseConfig);

  if (!isDistributed) {
    const dataDir = resolve(folder);
    const databaseUrl = url ?? (await embeddedUrl(dataDir, mayRun, stack));
    return {
      databaseUrl,
      ownSchemas: [logSchema],
      openBacklog: () => PostgresBacklog.open(databaseUrl),
      openLog: () => PostgresEventLog.open({ url: databaseUrl }),
      openFiles: async () => (mayRun ? FolderObjectStore.reading(join(dataDir, 'media')) : FolderObjectStore.open(join(dataDir, 'media'))),
    };
  }
  if (url === undefined) throw new BackupError('PARLEY_DATABASE_URL is missing');
  const { KafkaBacklog, KafkaEventLog } = await import('@parley/platform/kafka');
  const { KAFKA_BROKERS: brokers, MESSAGE_PARTITIONS: partitions } = configOf(config, kafkaConfig);
  const topics = { partitions: { 'chat.messages': partitions, 'chat.stored': partitions } };
  return {
    databaseUrl: url,
    ownSchemas: [],
    openBacklog: () => KafkaBacklog.open({ brokers }, topics),
    openLog: async () => {
      const log = await KafkaEventLog.open({ connection: { brokers }, topics, onFatal: () => undefined });
      if (log.readiness.isReady) return log;
      await log.close();
      throw new BackupError(`${log.readiness.reason}`);
    },
    openFiles: async () => {
      const { S3ObjectStore } = await import('@parley/platform/s3');
      const { ENDPOINT, ACCESS_KEY, SECRET_KEY, BUCKET, REGION } = configOf(config, objectStoreConfig);
      const store = new S3ObjectStore({ endpoint: ENDPOINT, accessKey: ACCESS_KEY, secretKey: SECRET_KEY, bucket: BUCKET, region: REGION });
      stack.defer(() => store.onApplicationShutdown());
      return store;
    },
  };
}

/** Every schema of an installation, in the order in which they are made. */
export const schemasOf = ({ ownSchemas }: Installation): readonly ServiceSchema[] => [...ownSchemas, ...SERVICE_SCHEMAS];

async function embeddedUrl(dataDir: string, mayRun: boolean, stack: AsyncDisposableStack): Promise<string> {
  const running = findRunningServer(dataDir);
  if (running !== undefined && mayRun) return running;
  return stack.use(await EmbeddedPostgres.start({ dataDir, log: () => undefined })).url;
}
