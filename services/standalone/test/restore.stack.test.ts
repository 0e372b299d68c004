import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EmbeddedPostgres } from '@parley/db';
import { ensureTopics } from '@parley/platform/kafka';
import { freePort } from '@parley/testing';
import pg from 'pg';
import { describe, expect } from 'vitest';
import { startKafka, type RunningKafka } from '../../../deploy/stack/kafka.ts';
import { startS3 } from '../../../deploy/stack/s3.ts';
import { restoreDrill, type RestorableWorld } from './suites/restore.suite.js';
import { Constellation } from './support/constellation.js';
import { isBedMissing } from './support/fault-run.js';
import { stack } from './support/real-stack.js';

const CACHE = path.join(import.meta.dirname, '../../../.cache/stack');
const log = () => undefined;
const isThere = !isBedMissing && stack['PARLEY_S3_ENDPOINT'] !== undefined && process.env['PARLEY_S3_ENDPOINT'] === undefined;

/** A Kafka and an S3 store of its own, which can be lost; they come back empty where they were. */
async function start(): Promise<RestorableWorld> {
  const opened = new AsyncDisposableStack();
  try {
    const dir = await mkdtemp(path.join(tmpdir(), 'parley-restore-'));
    opened.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 10 }));
    const [kafkaPort, s3Port] = [await freePort(), await freePort()];
    const openKafka = async (): Promise<RunningKafka> => {
      const kafka = await startKafka({ dir: path.join(dir, 'kafka'), cacheDir: CACHE, log, port: kafkaPort });
      await ensureTopics({ brokers: kafka.brokers }); // the topics job
      return kafka;
    };
    const openS3 = () => startS3({ dir: path.join(dir, 's3'), cacheDir: CACHE, log, port: s3Port }); // and the bucket job
    let [kafka, s3] = await Promise.all([openKafka(), openS3()]);
    opened.defer(async () => void (await Promise.all([kafka.stop(), s3.stop()])));
    const engines = { ...kafka.env, PARLEY_REDIS_URL: stack['PARLEY_REDIS_URL']!, PARLEY_DATABASE_URL: await newDatabase(opened) };
    const counts = { auth: 1, rooms: 1, messages: 2, gateway: 1, media: 1 };
    const constellation = await Constellation.start(counts, engines, (name) => (name === 'media' ? s3.env : {}));
    opened.use(constellation);
    return {
      url: constellation.url,
      env: { ...constellation.env, ...s3.env },
      start: () => Promise.all(constellation.all.map((service) => constellation.restart(service))),
      stop: async () => {
        const codes = await Promise.all(constellation.all.map((service) => service.stop()));
        expect(codes.filter((code) => code !== 0)).toEqual([]);
      },
      loseEverything: async () => {
        kafka.kill('SIGKILL');
        s3.kill('SIGKILL');
        await Promise.all([kafka.stop(), s3.stop(), recreateDatabase(engines.PARLEY_DATABASE_URL)]);
        for (const name of ['kafka', 's3']) await rm(path.join(dir, name), { recursive: true, force: true, maxRetries: 10 });
        [kafka, s3] = await Promise.all([openKafka(), openS3()]);
      },
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function newDatabase(opened: AsyncDisposableStack): Promise<string> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-restore-db-'));
  opened.defer(() => rm(dataDir, { recursive: true, force: true, maxRetries: 10 }));
  const postgres = opened.use(await EmbeddedPostgres.start({ dataDir, log, durable: false, maxConnections: 100 }));
  const url = new URL('/parley', postgres.url).href;
  await recreateDatabase(url);
  return url;
}

async function recreateDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: new URL('/postgres', url).href });
  await client.connect();
  await client.query('DROP DATABASE IF EXISTS parley WITH (FORCE)');
  await client.query('CREATE DATABASE parley');
  await client.end();
}

describe.skipIf(!isThere)('backup and restore in distributed mode', () => {
  restoreDrill(start);
});
