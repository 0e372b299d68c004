import { EmbeddedPostgres } from '@parley/db';
import { ensureTopics } from '@parley/platform/kafka';
import { cpuMicros, freePort } from '@parley/testing';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startKafka } from '../../deploy/stack/kafka.ts';
import { startRedis } from '../../deploy/stack/redis.ts';
import { startS3 } from '../../deploy/stack/s3.ts';
import { startChild, type Child } from './child.ts';
import type { CpuByPart } from './target.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CACHE = path.join(ROOT, '.cache/stack');
const NAMES = ['auth', 'rooms', 'messages', 'media', 'gateway', 'web'] as const;
type Name = (typeof NAMES)[number];
/** Without media no S3 store is started. */
const OPTIONAL = new Set<Name>(['media', 'web']);

export interface Service {
  readonly url: string;
  child: Child;
  /** Once more, where it was. */
  readonly begin: () => Promise<Child>;
}

export interface ServicesOptions {
  /** Processes of each service; where nothing is said one, and none of those that only some benchmarks are about (`OPTIONAL`). */
  readonly counts?: Partial<Readonly<Record<Name, number>>>;
  /** Of the messages' topics. */
  readonly partitions?: number;
  /** For every service. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long a gateway takes to say goodbye when it is stopped (ms). */
  readonly drainMs?: number;
}

/**
 * Distributed mode as it is deployed, with real engines and an empty, durable database: every service in processes of its own,
 * without an edge in front. Engines whose addresses are given in the environment are not used: their CPU could not be counted.
 */
export class Services implements AsyncDisposable {
  /** What the media service is told of its store; empty without that service. */
  store: Readonly<Record<string, string>> = {};
  /** Where the engines are. */
  engines: Readonly<Record<string, string>> = {};
  readonly processes: Record<Name, Service[]> = { auth: [], rooms: [], messages: [], media: [], gateway: [], web: [] };
  readonly #engines = new Map<string, number>();
  readonly #cleanups: (() => Promise<unknown>)[] = [];

  static async start(options: ServicesOptions = {}): Promise<Services> {
    const services = new Services();
    try {
      await services.#start(options);
      return services;
    } catch (error) {
      await services[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The first process of a service: where questions go that any of them answers. */
  urlOf(name: Name): string {
    return this.processes[name][0]!.url;
  }

  /** Stops one process, as an orchestrator does, and starts another one where it was. How long each took (ms). */
  async replace(service: Service): Promise<{ readonly stopMs: number; readonly startMs: number }> {
    const began = performance.now();
    await service.child.stop();
    const stopped = performance.now();
    service.child = await service.begin();
    return { stopMs: stopped - began, startMs: performance.now() - stopped };
  }

  /** CPU time of each service, over its processes, and of each engine. */
  cpu(): CpuByPart {
    const services = NAMES.map((name) => [name, sum(this.processes[name].map(({ child }) => cpuMicros(child.pid)))] as const);
    return Object.fromEntries([...services, ...[...this.#engines].map(([name, pid]) => [name, cpuMicros(pid)] as const)]);
  }

  /** The same for every process by itself. */
  cpuOfEach(): CpuByPart {
    const services = NAMES.flatMap((name) =>
      this.processes[name].map(({ child }, index) => [`${name} ${index + 1}`, cpuMicros(child.pid)] as const),
    );
    return Object.fromEntries([...services, ...[...this.#engines].map(([name, pid]) => [name, cpuMicros(pid)] as const)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(NAMES.flatMap((name) => this.processes[name].map(({ child }) => child.stop())));
    for (const cleanUp of this.#cleanups.toReversed()) await cleanUp();
  }

  async #start({ counts = {}, partitions = 4, env = {}, drainMs = 0 }: ServicesOptions): Promise<void> {
    const engines = await this.#startEngines(await this.#folder(), await this.#folder());
    this.engines = engines;
    await ensureTopics(
      { brokers: engines.PARLEY_KAFKA_BROKERS!.split(',') },
      { partitions: { 'chat.messages': partitions, 'chat.stored': partitions } },
    );
    const ports = Object.fromEntries(
      await Promise.all(
        NAMES.map(
          async (name) =>
            [name, await Promise.all(Array.from({ length: counts[name] ?? (OPTIONAL.has(name) ? 0 : 1) }, freePort))] as const,
        ),
      ),
    ) as Record<Name, number[]>;
    const urlOf = (port: number) => `http://127.0.0.1:${port}`;
    const server = {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PARLEY_SERVICE_CREDENTIAL: 'a-credential-for-benchmarks-that-is-long-enough',
      PARLEY_AUTH_URL: urlOf(ports.auth[0]!),
      PARLEY_ROOMS_URL: urlOf(ports.rooms[0]!),
      PARLEY_MESSAGES_URL: urlOf(ports.messages[0]!),
      PARLEY_LOG_LEVEL: 'warn',
    };
    const shared = { ...server, ...engines, PARLEY_MESSAGE_PARTITIONS: String(partitions), PARLEY_LIMITS_FACTOR: '0', ...env };
    const own: Partial<Record<Name, Record<string, string>>> = {
      gateway: { PARLEY_GATEWAY_DRAIN_WINDOW_MS: String(drainMs) },
      media: ports.media.length > 0 ? await this.#startStore() : {},
    };
    const starts = NAMES.flatMap((name) =>
      ports[name].map(async (port) => {
        const script = path.join(ROOT, `services/${name}/dist/${name === 'web' ? 'server/' : ''}main.js`);
        const settings = name === 'web' ? { ...server, PARLEY_MEDIA_URL: urlOf(ports.media[0]!) } : { ...shared, ...own[name] };
        const begin = () => startChild(script, { ...settings, PORT: String(port) }, `${name} is ready at`);
        this.processes[name].push({ url: urlOf(port), child: await begin(), begin });
      }),
    );
    const failed = (await Promise.allSettled(starts)).find((start) => start.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #startStore(): Promise<Record<string, string>> {
    const store = await startS3({ dir: await this.#folder(), cacheDir: CACHE, log: () => undefined });
    this.#cleanups.push(() => store.stop());
    this.#engines.set('S3 store', store.pid!);
    this.store = { ...store.env };
    return { ...store.env };
  }

  /** Postgres may have to run as another user, and then wants a folder of its own. */
  async #folder(): Promise<string> {
    const dir = await mkdtemp(path.join(tmpdir(), 'parley-bench-'));
    this.#cleanups.push(() => rm(dir, { recursive: true, force: true, maxRetries: 10 }));
    return dir;
  }

  async #startEngines(dir: string, dataDir: string): Promise<Record<string, string>> {
    for (const name of ['PARLEY_KAFKA_BROKERS', 'PARLEY_REDIS_URL', 'PARLEY_S3_ENDPOINT']) delete process.env[name];
    const cacheDir = CACHE;
    const log = () => undefined;
    const postgres = await EmbeddedPostgres.start({ dataDir, log, maxConnections: 100 });
    this.#cleanups.push(() => postgres.stop());
    this.#engines.set('Postgres', await postmasterOf(dataDir));
    const redis = await startRedis({ dir: path.join(dir, 'redis'), cacheDir, log });
    this.#cleanups.push(() => redis.stop());
    this.#engines.set('Redis', redis.pid!);
    const kafka = await startKafka({ dir: path.join(dir, 'kafka'), cacheDir, log });
    this.#cleanups.push(() => kafka.stop());
    this.#engines.set('Kafka', kafka.pid!);
    return { PARLEY_DATABASE_URL: postgres.url, ...redis.env, ...kafka.env };
  }
}

/** Of the server whose data are below this folder. */
async function postmasterOf(dataDir: string): Promise<number> {
  const [file] = globSync('**/postmaster.pid', { cwd: dataDir });
  if (file === undefined) throw new Error(`no Postgres runs in ${dataDir}`);
  return Number((await readFile(path.join(dataDir, file), 'utf8')).split('\n', 1)[0]);
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
