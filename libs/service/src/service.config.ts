import { TOPICS } from '@parley/contracts';
import { defineConfig } from '@parley/runtime';
import { z } from 'zod';

const Address = z
  .url({ protocol: /^https?$/, error: 'must be an address like http://rooms:8080' })
  .transform((url) => url.replace(/\/+$/, ''));

/** What a service in a process of its own needs to know of the others. */
export const serviceConfig = defineConfig(
  'PARLEY_',
  z.object({
    /** `embedded`: the adapters of one process, on one Postgres for all services; for work on a service without a broker. */
    MODE: z.enum(['distributed', 'embedded']).default('distributed'),
    /** Needed by every service that keeps something. */
    DATABASE_URL: z
      .url({ protocol: /^postgres(ql)?$/, error: 'must be an address like postgres://user:password@host/database' })
      .optional(),
    /** `by-job`: the service waits until `npm run migrate` has brought the database up to date, instead of doing it itself. */
    MIGRATIONS: z.enum(['at-start', 'by-job']).default('at-start'),
    /** Shown by services to each other, and by nobody else. */
    SERVICE_CREDENTIAL: z
      .string('is missing: any secret of 32 characters or more, the same for all services')
      .min(32, 'must have at least 32 characters'),
    /** Where the other services are. */
    AUTH_URL: Address.default('http://auth:8080'),
    /** The same. */
    ROOMS_URL: Address.default('http://rooms:8080'),
    /** The same. */
    MESSAGES_URL: Address.default('http://messages:8080'),
    /** The same. */
    MEDIA_URL: Address.default('http://media:8080'),
    /** In embedded mode: database, uploads and generated keys. Deleting it is a factory reset. */
    DATA_DIR: z.string().default('./.parley'),
    /** Multiplies every rate limit; 0 switches them off. */
    LIMITS_FACTOR: z.coerce.number('must be a number').min(0, 'must not be negative').default(1),
  }),
);

/** The engines of distributed mode. */
export const enginesConfig = defineConfig(
  'PARLEY_',
  z.object({
    /** `kafka-1:9092,kafka-2:9092` */
    KAFKA_BROKERS: z
      .string('is missing: addresses like kafka-1:9092,kafka-2:9092')
      .transform((text) =>
        text
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      )
      .pipe(z.array(z.string().regex(/^[^:/\s]+:\d+$/, 'must be addresses like kafka-1:9092,kafka-2:9092')).min(1)),
    /** Chosen when the installation is made, the same for all, and never changed: see `TOPICS` of the contracts. */
    MESSAGE_PARTITIONS: z.coerce.number().int().min(1).max(1_000).default(TOPICS['chat.messages'].partitions),
    /** `redis://redis:6379`; `rediss` is with TLS. */
    REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be an address like redis://redis:6379' }),
  }),
);

const MINIO_DEFAULT = 'minioadmin';

/** The object store of distributed mode, for the service that keeps files. */
export const objectStoreConfig = defineConfig(
  'PARLEY_S3_',
  z.object({
    /** `http://minio:9000` */
    ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an address like http://minio:9000' }),
    /** Needs to read, write, delete and list in one bucket, and no more. */
    ACCESS_KEY: z.string('is missing'),
    /** Of the same. */
    SECRET_KEY: z
      .string('is missing')
      .refine((key) => key !== MINIO_DEFAULT, 'must not be the one that MinIO has until it is given one: everybody knows it'),
    /** Must exist. */
    BUCKET: z.string().default('parley'),
    /** Servers other than Amazon's take any. */
    REGION: z.string().default('us-east-1'),
  }),
);
