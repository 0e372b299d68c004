import { Metrics } from '@parley/telemetry';
import type { KafkaTopicsOptions } from './event-log/kafka/kafka-topics.js';

/** Nest: what a job asks for that has no metrics, it does not get. */
export const METRICS = { token: Metrics, optional: true };

/** How the product runs. */
export type RunMode = 'embedded' | 'distributed';

/** What the embedded mode needs to be told. */
export interface EmbeddedPlatformOptions {
  readonly mode: Extract<RunMode, 'embedded'>;
  /** A Postgres with the migrated `logSchema`. */
  readonly databaseUrl: string;
  /** Uploads go into a folder of it. */
  readonly dataDir: string;
  /** Multiplies every rate limit; 0 switches them off. */
  readonly limitsFactor: number;
}

/** What a process of the distributed mode needs to be told. */
export interface DistributedPlatformOptions {
  readonly mode: Extract<RunMode, 'distributed'>;
  /** Absent in processes without a database. */
  readonly databaseUrl?: string | undefined;
  /** `host:port` */
  readonly kafkaBrokers: readonly string[];
  /** Where the installation's topics differ from the plan. */
  readonly kafkaTopics?: KafkaTopicsOptions | undefined;
  readonly redisUrl: string;
  /** Absent in processes that keep no files. */
  readonly s3?: S3Options | undefined;
  /** Multiplies every rate limit; 0 switches them off. */
  readonly limitsFactor: number;
  /** A consumer has stopped for good and only a new process helps: log the reason and end this one. */
  readonly onFatal: (reason: string) => void;
}

export interface S3Options {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly bucket: string;
  readonly region?: string;
}

export type PlatformOptions = EmbeddedPlatformOptions | DistributedPlatformOptions;
