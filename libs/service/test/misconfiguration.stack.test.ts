import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger, Module } from '@nestjs/common';
import { migrate, type ServiceSchema } from '@parley/db';
import { TestServer } from '@parley/db/testing';
import { engineChecks } from '@parley/platform';
import { ensureTopics, kafkaClient } from '@parley/platform/kafka';
import { Readiness, type RunningApp } from '@parley/runtime';
import { TcpProxy, eventually, freePort } from '@parley/testing';
import { Redis } from 'ioredis';
import { Client } from 'minio';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { startKafka, type RunningKafka } from '../../../deploy/stack/kafka.ts';
import { startRedis } from '../../../deploy/stack/redis.ts';
import { EngineWatch } from '../src/engine-watch.js';
import { startService, type ServiceDefinition } from '../src/index.js';

const CACHE = join(import.meta.dirname, '../../../.cache/stack');
const missing = inject('stackMissing');
const stack = inject('stackEnv');
const SECRET = 'a-secret-that-nobody-may-read';
/** Looks come every second. */
const PATIENCE = { timeoutMs: 20_000 };

class CreateThings1700000000001 implements MigrationInterface {
  readonly name = 'CreateThings1700000000001';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE things.thing (id int PRIMARY KEY)');
  }
  async down(): Promise<void> {}
}
const things: ServiceSchema = { schema: 'things', entities: [], migrations: [CreateThings1700000000001] };

@Module({})
class ThingsModule {}

interface Health {
  readonly status: number;
  readonly text: string;
  readonly troubles: Readonly<Record<string, string>>;
}

/** A service that stands on the engines and does nothing. */
class Starting implements AsyncDisposable {
  readonly #stopping = new AbortController();
  readonly #app: Promise<RunningApp>;

  private constructor(
    readonly url: string,
    env: Record<string, string>,
    schema: ServiceSchema | undefined,
  ) {
    const definition: ServiceDefinition = {
      name: 'rooms',
      module: ThingsModule,
      configs: [],
      answers: [],
      ...(schema ? { schema } : {}),
    };
    this.#app = startService(env, definition, this.#stopping.signal);
    this.#app.catch(() => undefined);
  }

  static async with(engines: Record<string, string>, schema?: ServiceSchema): Promise<Starting> {
    const port = await freePort();
    const env = {
      PORT: String(port),
      PARLEY_LOG_LEVEL: 'silent',
      PARLEY_SERVICE_CREDENTIAL: SECRET.padEnd(32, '!'),
      PARLEY_AUTH_URL: 'http://127.0.0.1:1',
      PARLEY_ROOMS_URL: 'http://127.0.0.1:1',
      PARLEY_MESSAGES_URL: 'http://127.0.0.1:1',
      ...engines,
    };
    return new Starting(`http://127.0.0.1:${port}`, env, schema);
  }

  async health(): Promise<Health> {
    const answer = await fetch(`${this.url}/readyz`);
    const text = await answer.text();
    return { status: answer.status, text, troubles: (JSON.parse(text) as Partial<Health>).troubles ?? {} };
  }

  /** Resolves when the start has come to its end. */
  get started(): Promise<unknown> {
    return this.#app;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#app.then(
      (app) => app.close(),
      () => undefined,
    );
  }
}

/** Not ready, for this reason and without a word of what is secret; alive all the same. */
async function expectTrouble(service: Starting, engine: string, reason: RegExp): Promise<void> {
  await eventually(async () => expect((await service.health()).troubles[engine]).toMatch(reason), PATIENCE);
  const { status, text } = await service.health();
  expect(status).toBe(503);
  expect(text).not.toContain(SECRET);
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${service.url}/api/anything`)).status).toBe(503);
}

async function expectServing(service: Starting): Promise<void> {
  await eventually(async () => expect(await service.health()).toMatchObject({ status: 200, troubles: {} }), PATIENCE);
  await service.started;
}

/** Who may do everything, on a connection of his own. */
class Owner implements AsyncDisposable {
  private constructor(private readonly client: pg.Client) {}

  static async of(url: string): Promise<Owner> {
    const client = new pg.Client(url);
    await client.connect();
    return new Owner(client);
  }

  async query(sql: string): Promise<void> {
    await this.client.query(sql);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.client.end();
  }
}

const everything = !missing.kafka && !missing.redis && !missing.s3;

describe.skipIf(!everything)('a service whose engines are not as they must be', () => {
  let dir: string;
  let healthy: Record<string, string>;
  const opened: AsyncDisposable[] = [];
  const closing = <T extends { stop(): Promise<void> }>(running: T): T => {
    opened.push({ [Symbol.asyncDispose]: () => running.stop() });
    return running;
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-misconfigured-'));
    await ensureTopics({ brokers: stack.PARLEY_KAFKA_BROKERS!.split(',') });
    healthy = { PARLEY_KAFKA_BROKERS: stack.PARLEY_KAFKA_BROKERS!, PARLEY_REDIS_URL: stack.PARLEY_REDIS_URL! };
  });
  afterEach(async () => {
    for (const each of opened.splice(0).toReversed()) await each[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await rm(dir, { recursive: true, force: true });
    Logger.overrideLogger(['log', 'warn', 'error', 'fatal']);
  });

  it('waits for a broker, for its topics, and for the right number of their partitions', { timeout: 120_000 }, async () => {
    const port = await freePort();
    await using service = await Starting.with({ ...healthy, PARLEY_KAFKA_BROKERS: `127.0.0.1:${port}` });
    await expectTrouble(service, 'kafka', new RegExp(`Kafka at 127.0.0.1:${port} cannot be reached.*PARLEY_KAFKA_BROKERS`));

    const kafka: RunningKafka = closing(await startKafka({ dir: join(dir, 'kafka'), cacheDir: CACHE, log: () => undefined, port }));
    await expectTrouble(service, 'kafka', /topic chat\.messages is missing: run the topics job, which creates it with 4 partition/);

    const admin = kafkaClient({ brokers: kafka.brokers }, { retries: 5 }).admin();
    await admin.connect();
    opened.push({ [Symbol.asyncDispose]: () => admin.disconnect() });
    await admin.createTopics({ topics: [{ topic: 'chat.messages', numPartitions: 2 }] });
    await expectTrouble(service, 'kafka', /topic chat\.messages has 2 partition\(s\), not 4: set the number/);
    await expect(ensureTopics({ brokers: kafka.brokers })).rejects.toThrow('has 2 partition(s), not 4');

    await admin.deleteTopics({ topics: ['chat.messages'] });
    await eventually(async () => expect(await admin.listTopics()).not.toContain('chat.messages'), PATIENCE);
    await ensureTopics({ brokers: kafka.brokers });
    await expectServing(service);
  });

  it('takes the number of partitions that the installation has chosen', async () => {
    await using service = await Starting.with({ ...healthy, PARLEY_MESSAGE_PARTITIONS: '16' });
    await expectTrouble(service, 'kafka', /topic chat\.messages has 4 partition\(s\), not 16/);
  });

  it('waits for Postgres, for a user, for a database, and for its migrations', { timeout: 120_000 }, async () => {
    await using server = await TestServer.start();
    await using owner = await Owner.of(server.url);
    await using link = await TcpProxy.start({ targetPort: Number(new URL(server.url).port) });
    link.mode = 'reset';
    const url = `postgres://chat:${SECRET}@127.0.0.1:${link.port}/talk`;
    await using service = await Starting.with({ ...healthy, PARLEY_DATABASE_URL: url, PARLEY_MIGRATIONS: 'by-job' }, things);
    await expectTrouble(service, 'postgres', /Postgres at 127\.0\.0\.1:\d+ cannot be reached.*PARLEY_DATABASE_URL/);

    await owner.query(`CREATE ROLE chat LOGIN PASSWORD 'another'`);
    link.mode = 'pass';
    await expectTrouble(service, 'postgres', /refuses the credentials of "chat": correct PARLEY_DATABASE_URL/);
    await owner.query(`ALTER ROLE chat PASSWORD '${SECRET}'`);
    await expectTrouble(service, 'postgres', /has no database "talk": create it/);
    await owner.query('CREATE DATABASE talk OWNER chat');
    await expectTrouble(service, 'postgres', /the schema "things" of the database lacks 1 migration\(s\): run the migrate job/);
    await migrate(url, [things]);
    await expectServing(service);
  });

  it('brings the database up to date by itself unless a job does, but never one that a newer version has made', async () => {
    await using server = await TestServer.start();
    const env = { ...healthy, PARLEY_DATABASE_URL: server.url };
    {
      await using service = await Starting.with(env, things);
      await expectServing(service);
    }
    await using owner = await Owner.of(server.url);
    await owner.query(`INSERT INTO things.migrations (timestamp, name) VALUES (1, 'FromTheFuture1800000000000')`);
    await using service = await Starting.with(env, things);
    await expectTrouble(service, 'postgres', /"things" of the database was made by a newer version \(FromTheFuture1800000000000\)/);
    await owner.query(`DELETE FROM things.migrations WHERE timestamp = 1`);
    await expectServing(service);
  });

  it('waits for Redis and for its credentials', async () => {
    const own = closing(await startRedis({ dir: join(dir, 'redis'), cacheDir: CACHE, log: () => undefined }));
    const { port } = new URL(own.env.PARLEY_REDIS_URL!);
    const admin = new Redis(own.env.PARLEY_REDIS_URL!);
    opened.push({ [Symbol.asyncDispose]: async () => admin.disconnect() });
    await admin.config('SET', 'requirepass', 'another');
    await using link = await TcpProxy.start({ targetPort: Number(port) });
    link.mode = 'reset';
    await using service = await Starting.with({ ...healthy, PARLEY_REDIS_URL: `redis://:${SECRET}@127.0.0.1:${link.port}` });
    await expectTrouble(service, 'redis', /Redis at 127\.0\.0\.1:\d+ cannot be reached.*PARLEY_REDIS_URL/);
    link.mode = 'pass';
    await expectTrouble(service, 'redis', /refuses the credentials of PARLEY_REDIS_URL/);
    await admin.config('SET', 'requirepass', SECRET);
    await expectServing(service);
  });

  it('waits for the object store, for its credentials, and for the bucket', async () => {
    const { hostname, port } = new URL(stack.PARLEY_S3_ENDPOINT!);
    const credentials = { accessKey: stack.PARLEY_S3_ACCESS_KEY!, secretKey: stack.PARLEY_S3_SECRET_KEY! };
    const bucket = `bucket-${Date.now()}`;
    await using link = await TcpProxy.start({ targetPort: Number(port) });
    link.mode = 'reset';
    const readiness = new Readiness();
    const watch = async (secretKey: string) => {
      const engines = { kafkaBrokers: healthy.PARLEY_KAFKA_BROKERS!.split(','), redisUrl: healthy.PARLEY_REDIS_URL! };
      const s3 = { endpoint: `http://127.0.0.1:${link.port}`, ...credentials, secretKey, bucket };
      const all = await engineChecks({ mode: 'distributed', ...engines, s3, limitsFactor: 1, onFatal: () => undefined }, undefined);
      const watching = new EngineWatch(all.filter(({ name }) => name === 's3'));
      return { watching, usable: watching.untilUsable(readiness, new AbortController().signal) };
    };
    const saying = (reason: RegExp) => eventually(() => expect(readiness.troubles.s3).toMatch(reason), PATIENCE);

    const wrong = await watch(SECRET);
    await saying(/S3 at .* cannot be reached.*PARLEY_S3_ENDPOINT/);
    link.mode = 'pass';
    await saying(/refuses our credentials.*PARLEY_S3_ACCESS_KEY and PARLEY_S3_SECRET_KEY/);
    expect(readiness.troubles.s3).not.toContain(SECRET);
    await wrong.watching[Symbol.asyncDispose]();

    const right = await watch(credentials.secretKey);
    await saying(/has no bucket "bucket-\d+": create it, or correct PARLEY_S3_BUCKET/);
    const client = new Client({ endPoint: hostname, port: Number(port), useSSL: false, region: 'us-east-1', ...credentials });
    await client.makeBucket(bucket);
    await right.usable;
    expect(readiness.troubles).toEqual({});
    await right.watching[Symbol.asyncDispose]();
    await client.removeBucket(bucket);
  });

  it('ends when it is asked to while it waits', async () => {
    const service = await Starting.with({ ...healthy, PARLEY_REDIS_URL: 'redis://127.0.0.1:1' });
    await expectTrouble(service, 'redis', /cannot be reached/);
    await service[Symbol.asyncDispose]();
    await expect(fetch(`${service.url}/healthz`)).rejects.toThrow();
  });
});
