import { KafkaTopics, ensureTopics, kafkaClient } from '@parley/platform/kafka';
import { TOPIC_NAMES } from '@parley/contracts';
import { TcpProxy, freePort } from '@parley/testing';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Constellation, type ServiceName } from './constellation.js';
import { KafkaEngine, PostgresEngine, RedisEngine } from './engines.js';
import { metricAt } from './exposition.js';
import type { ServiceProcess } from './service-process.js';

type EngineName = 'kafka' | 'redis' | 'postgres';

const SERVICES: readonly ServiceName[] = ['auth', 'rooms', 'messages', 'gateway'];
const COUNTS = { auth: 1, rooms: 1, messages: 2, gateway: 2 };

interface FaultBedOptions {
  readonly drainWindowMs?: number;
}

/**
 * Two gateways, two messages processes, auth and rooms on a Kafka, Redis and Postgres of their own, with a proxy on the way
 * from each service to each engine: everything may be killed, stopped, silenced and brought back.
 */
export class FaultBed implements AsyncDisposable {
  readonly kafka: KafkaEngine;
  readonly redis: RedisEngine;
  readonly postgres: PostgresEngine;
  constellation!: Constellation;
  readonly #links: ReadonlyMap<string, TcpProxy>;
  readonly #opened: AsyncDisposable[];

  private constructor(
    engines: Pick<FaultBed, 'kafka' | 'redis' | 'postgres'>,
    links: ReadonlyMap<string, TcpProxy>,
    opened: AsyncDisposable[],
  ) {
    this.kafka = engines.kafka;
    this.redis = engines.redis;
    this.postgres = engines.postgres;
    this.#links = links;
    this.#opened = opened;
  }

  static async start({ drainWindowMs = 500 }: FaultBedOptions = {}): Promise<FaultBed> {
    const dir = await mkdtemp(path.join(tmpdir(), 'parley-faults-'));
    await chmod(dir, 0o711); // Postgres may run as another user
    const removal = { [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true, maxRetries: 10 }) };
    const opened: AsyncDisposable[] = [removal];
    try {
      const links = new Map<string, TcpProxy>();
      const open = async (service: ServiceName, engine: EngineName, targetPort: number) => {
        const link = await TcpProxy.start({ targetPort });
        links.set(`${service}-${engine}`, link);
        opened.push(link);
        return link;
      };
      const redis = await RedisEngine.on(path.join(dir, 'redis'));
      const doors: { port: number; advertisedPort: number }[] = [];
      for (const service of SERVICES) {
        await open(service, 'redis', redis.port);
        if (service !== 'gateway') await open(service, 'postgres', 0);
        const port = await freePort();
        doors.push({ port, advertisedPort: (await open(service, 'kafka', port)).port });
      }
      const postgres = new PostgresEngine(path.join(dir, 'postgres'), (port) => {
        for (const [name, link] of links) if (name.endsWith('-postgres')) link.targetPort = port;
      });
      const kafka = new KafkaEngine(path.join(dir, 'kafka'), doors);
      const bed = new FaultBed({ kafka, redis, postgres }, links, opened);
      const starts = await Promise.allSettled(
        [kafka, redis, postgres].map(async (engine) => {
          await engine.start();
          opened.push(engine);
        }),
      );
      for (const start of starts) if (start.status === 'rejected') throw start.reason; // none is left behind that has started
      await ensureTopics({ brokers: kafka.brokers });
      bed.constellation = await Constellation.start(COUNTS, { PARLEY_DATABASE_URL: postgres.url }, (service) =>
        bed.#addressesFor(service, drainWindowMs),
      );
      opened.push(bed.constellation);
      return bed;
    } catch (error) {
      await disposeAll(opened);
      throw error;
    }
  }

  get url(): string {
    return this.constellation.url;
  }

  link(service: ServiceName, engine: EngineName): TcpProxy {
    return this.#links.get(`${service}-${engine}`)!;
  }

  /** Records that were set aside, in all topics together. */
  async countDeadLetters(): Promise<number> {
    const admin = kafkaClient({ brokers: this.kafka.brokers }, { retries: 5 }).admin();
    await admin.connect();
    const names = TOPIC_NAMES.map((topic) => new KafkaTopics().deadNameOf(topic));
    const offsets = await Promise.all(names.map((name) => admin.fetchTopicOffsets(name)));
    await admin.disconnect();
    return offsets.flat().reduce((sum, { high }) => sum + Number(high), 0);
  }

  /** A counter or gauge of one process, all its labels together. */
  metricOf(service: ServiceProcess, name: string): Promise<number> {
    return metricAt(service.url, name);
  }

  /** Processes that have ended without anybody's asking for it. */
  get ended(): string[] {
    return this.constellation.all.filter((service) => !service.isRunning).map((service) => service.name);
  }

  /** What everybody said last, for people who look into a failure. */
  describeLogs(): string {
    return this.constellation.all.map(({ name, port, logs }) => `--- ${name} (${port}):\n${logs.slice(-25).join('\n')}`).join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await disposeAll(this.#opened);
  }

  #addressesFor(service: ServiceName, drainWindowMs: number): Record<string, string> {
    const url = new URL(this.postgres.url);
    if (service !== 'gateway') url.port = String(this.link(service, 'postgres').port);
    return {
      PARLEY_KAFKA_BROKERS: this.link(service, 'kafka').address,
      PARLEY_REDIS_URL: `redis://${this.link(service, 'redis').address}`,
      ...(service === 'gateway' ? { PARLEY_GATEWAY_DRAIN_WINDOW_MS: String(drainWindowMs) } : { PARLEY_DATABASE_URL: url.href }),
    };
  }
}

async function disposeAll(opened: readonly AsyncDisposable[]): Promise<void> {
  for (const each of opened.toReversed()) await each[Symbol.asyncDispose]();
}
