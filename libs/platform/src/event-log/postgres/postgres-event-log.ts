import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { ParleyError, TOPICS, TOPIC_NAMES, type EventDefinition, type TopicName } from '@parley/contracts';
import { currentSpan } from '@parley/telemetry';
import { PostgresSession } from '../../postgres/postgres-session.js';
import { appendInSpan } from '../append-span.js';
import { BatchRunner, type DeadLetter } from '../batch-runner.js';
import { EventLog, type ConsumeOptions, type Subscription, type TailOptions } from '../event-log.js';
import type { EventLogMetrics } from '../event-log-metrics.js';
import { partitionOf } from '../partition-of.js';
import { GroupCoordinator } from './group-coordinator.js';
import { GroupMember } from './group-member.js';
import { LogHeads } from './log-heads.js';
import { LogReader } from './log-reader.js';
import { LogDatabase, logSchema } from './log-schema.js';
import { LogTrimmer, TRIM_DEFAULTS, type TrimOptions } from './log-trimmer.js';
import { LogWriter, type NewRecord, type OnAppended } from './log-writer.js';
import { OffsetStore } from './offset-store.js';
import { TopicTail } from './topic-tail.js';

const DEFAULT_MAX_BATCH = 500;

export interface LogStats {
  readonly appended: number;
  /** Statements that appended them. */
  readonly batches: number;
  /** Records that handlers have finished. */
  readonly consumed: number;
  /** Records that were given to a handler once more. */
  readonly redelivered: number;
  readonly deadLettered: number;
  /** Records that had to be read from the table, because they were no longer, or never, in memory. */
  readonly readFromTable: number;
  /** Records per `group/topic` that stand in the partitions held here and were not handled yet. */
  readonly lag: Readonly<Record<string, number>>;
}

export interface PostgresEventLogOptions {
  readonly url: string;
  readonly trim?: Partial<TrimOptions>;
  readonly metrics?: EventLogMetrics | undefined;
}

/** The event log of embedded mode: tables in Postgres, shared by any number of processes. */
export class PostgresEventLog extends EventLog {
  /** The process's one long-lived connection, for whoever else needs notifications; open as long as the log. */
  readonly session: PostgresSession;
  readonly #logger = new Logger(PostgresEventLog.name);
  readonly #database: LogDatabase;
  readonly #heads = new LogHeads();
  readonly #reader: LogReader;
  readonly #writer: LogWriter;
  readonly #offsets: OffsetStore;
  readonly #coordinator: GroupCoordinator;
  readonly #trimmer: LogTrimmer;
  readonly #metrics: EventLogMetrics | undefined;
  readonly #subscriptions = new Set<Subscription>();
  readonly #counters = { handled: 0, redelivered: 0, deadLettered: 0 };
  #closed: Promise<void> | undefined;

  private constructor(options: PostgresEventLogOptions) {
    super();
    this.#database = new LogDatabase({ url: options.url, poolSize: 4, metrics: options.metrics?.metrics }, logSchema);
    const id = randomUUID();
    this.session = new PostgresSession({ url: options.url });
    this.#reader = new LogReader(this.#database, this.#heads);
    this.#metrics = options.metrics;
    const onAppended: OnAppended = (topic, partition, base, records) => {
      this.#reader.keep(topic, partition, base, records);
      this.#heads.advance(topic, partition, base + records.length);
    };
    this.#writer = new LogWriter(this.#database, id, onAppended, options.metrics);
    this.#offsets = new OffsetStore(this.#database);
    this.#coordinator = new GroupCoordinator(id, this.session, this.#heads, this.#offsets);
    this.#trimmer = new LogTrimmer(this.#database, { ...TRIM_DEFAULTS, ...options.trim }, () =>
      this.#coordinator.groups.map((group) => [group.name, group.topic]),
    );
    options.metrics?.watchLag(() => this.#coordinator.groups.map((group) => group.groupLag));
  }

  /** Needs the migrated `logSchema`. Rejects when Postgres cannot be reached or has other numbers of partitions than `TOPICS`. */
  static async open(options: PostgresEventLogOptions): Promise<PostgresEventLog> {
    const log = new PostgresEventLog(options);
    try {
      await log.#open();
      return log;
    } catch (error) {
      await log.close().catch(() => undefined);
      throw error;
    }
  }

  async append<P>(event: EventDefinition<P>, payload: P): Promise<void> {
    await this.#append(event.topic, () => [encode(event, payload)]);
  }

  async appendAll<P>(event: EventDefinition<P>, payloads: readonly P[]): Promise<void> {
    await this.#append(event.topic, () => payloads.map((payload) => encode(event, payload)));
  }

  async consume<P>(options: ConsumeOptions<P>): Promise<Subscription> {
    this.#assertOpen();
    this.#metrics?.begins(options.topic, options.group);
    const group = this.#coordinator.groupOf(options.group, options.topic);
    const runner = new BatchRunner<P>({
      group: options.group,
      events: options.events,
      handle: options.handle,
      setAside: (letter) => this.#setAside(letter),
      onFault: (error, failures) => this.#logger.warn(`${options.group} failed on ${options.topic} (${failures}): ${describe(error)}`),
      counters: this.#counters,
      metrics: this.#metrics,
    });
    const stopListening = this.#heads.onAdvance(options.topic, () => member.wake());
    const stopHook = options.beforeCommit ? this.#offsets.beforeCommit(options.group, options.beforeCommit) : () => undefined;
    const member: GroupMember = new GroupMember({
      group,
      reader: this.#reader,
      heads: this.#heads,
      runner,
      maxBatch: options.maxBatch ?? DEFAULT_MAX_BATCH,
      gatherMs: options.gatherMs ?? 0,
      onClosed: async () => {
        stopListening();
        this.#subscriptions.delete(member);
        group.leave(member);
        await this.#offsets.flush().catch((error: Error) => {
          this.#logger.warn(`${options.group} will see its last records again: ${error.message}`);
          if (!group.hasMembers) this.#offsets.discard(options.group);
        });
        stopHook();
        await this.#coordinator.release(group);
      },
    });
    this.#subscriptions.add(member);
    group.join(member);
    member.start();
    await this.#coordinator.rebalance();
    return member;
  }

  async tail<P>(options: TailOptions<P>): Promise<Subscription> {
    this.#assertOpen();
    const ends = await this.#reader.ends(options.topic);
    const tail: TopicTail<P> = new TopicTail(options, ends, this.#reader, this.#heads, () => this.#subscriptions.delete(tail));
    this.#subscriptions.add(tail);
    return tail;
  }

  stats(): LogStats {
    const { handled, redelivered, deadLettered } = this.#counters;
    const lag = Object.fromEntries(this.#coordinator.groups.map((group) => [`${group.name}/${group.topic}`, group.lag]));
    return { ...this.#writer.counters, consumed: handled, redelivered, deadLettered, readFromTable: this.#reader.counters.fromTable, lag };
  }

  /** Deletes what may go, without waiting for the next minute. */
  trim(): Promise<number> {
    return this.#trimmer.trim();
  }

  /** Writes what was appended, closes what its users left open. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  async #open(): Promise<void> {
    await this.#database.open();
    await this.session.open();
    await this.#preparePartitions();
    await this.#coordinator.open();
    this.#trimmer.start();
  }

  async #close(): Promise<void> {
    await this.#trimmer.stop();
    await this.#writer.close();
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    await this.#offsets.close();
    await this.#coordinator.close();
    await this.session.close();
    await this.#database.close();
  }

  /** `encode`: all are checked before any is written. */
  async #append(topic: TopicName, encode: () => readonly NewRecord[]): Promise<void> {
    const appended = appendInSpan(topic, async () => {
      await Promise.all(encode().map((record) => this.#writer.append(record)));
    });
    await (this.#metrics?.append(topic, appended) ?? appended);
  }

  /** The number of partitions belongs to the installation: with another one, keys would change their partition. */
  async #preparePartitions(): Promise<void> {
    const all = TOPIC_NAMES.flatMap((topic) => Array.from({ length: TOPICS[topic].partitions }, (_, partition) => ({ topic, partition })));
    const existing = await this.#database.query<{ topic: string; count: number }>(
      'SELECT topic, count(*)::int AS count FROM log.partitions GROUP BY topic',
    );
    for (const { topic, count } of existing) {
      const expected = (TOPICS as Record<string, { partitions: number } | undefined>)[topic]?.partitions;
      if (expected !== undefined && expected !== count)
        throw new Error(`the event log has ${count} partitions of ${topic}, not ${expected}; their number cannot change`);
    }
    await this.#database.query(
      'INSERT INTO log.partitions (topic, partition) SELECT * FROM unnest($1::text[], $2::int[]) ON CONFLICT DO NOTHING',
      [all.map((entry) => entry.topic), all.map((entry) => entry.partition)],
    );
  }

  async #setAside({ record, group, error }: DeadLetter): Promise<void> {
    await this.#database.query(
      `INSERT INTO log.dead_letters (topic, origin_topic, origin_partition, origin_offset, consumer_group, type, payload, error)
       VALUES ($1 || '.dead', $1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      [record.topic, record.partition, record.offset, group, record.type, record.payload, error.replaceAll('\0', '\ufffd')],
    );
    this.#logger.error(`${group} set aside ${record.type} at ${record.topic}/${record.partition}/${record.offset}: ${error}`);
  }

  #assertOpen(): void {
    if (this.#closed) throw new ParleyError('UNAVAILABLE');
  }
}

function encode<P>(event: EventDefinition<P>, payload: P): NewRecord {
  const checked = event.schema.parse(payload);
  return {
    topic: event.topic,
    partition: partitionOf(event.topic, event.keyOf(checked)),
    type: event.type,
    payload: JSON.stringify(checked),
    traceparent: currentSpan()?.traceparent,
  };
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
