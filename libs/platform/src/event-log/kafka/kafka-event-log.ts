import { Logger } from '@nestjs/common';
import { ParleyError, type EventDefinition, type TopicName } from '@parley/contracts';
import { currentSpan } from '@parley/telemetry';
import type { Admin } from 'kafkajs';
import { appendInSpan } from '../append-span.js';
import { pause } from '../back-off.js';
import { BatchRunner, type DeadLetter } from '../batch-runner.js';
import { EventLog, type ConsumeOptions, type Subscription, type TailOptions } from '../event-log.js';
import type { EventLogMetrics } from '../event-log-metrics.js';
import { partitionOf } from '../partition-of.js';
import { kafkaClient, unreachable, type KafkaConnection } from './kafka-connection.js';
import { KafkaGroupMember } from './kafka-group-member.js';
import { deadRecordOf } from './kafka-record.js';
import { KafkaTail } from './kafka-tail.js';
import { KafkaTopics, type KafkaTopicsOptions } from './kafka-topics.js';
import { KafkaWriter, type NewRecord } from './kafka-writer.js';
import { KAFKA_TIMING, type KafkaTiming } from './supervised-consumer.js';

const DEFAULT_MAX_BATCH = 500;
const VERIFY_AGAIN_MS = 2_000;
/** How long `consume` waits for its first share of the group before it goes on in the background. */
const JOIN_MS = 10_000;

export interface KafkaEventLogOptions {
  readonly connection: KafkaConnection;
  readonly topics?: KafkaTopicsOptions;
  /** A consumer has stopped for good and only a new process helps: log the reason and end this one. */
  readonly onFatal: (reason: string) => void;
  readonly timing?: Partial<KafkaTiming>;
  readonly metrics?: EventLogMetrics | undefined;
}

export interface KafkaLogStats {
  readonly appended: number;
  /** Produce requests that appended them. */
  readonly batches: number;
  /** Records that handlers have finished. */
  readonly consumed: number;
  /** Records that were given to a handler once more. */
  readonly redelivered: number;
  readonly deadLettered: number;
  /** Records per `group/topic` that stood in the partitions held here at the last fetch and were not handled yet. */
  readonly lag: Readonly<Record<string, number>>;
}

/** Whether this process's log can be used, and if not, what is to be done. */
export type LogReadiness = { readonly isReady: true } | { readonly isReady: false; readonly reason: string };

/** The event log of distributed mode, on Kafka. */
export class KafkaEventLog extends EventLog {
  readonly #logger = new Logger(KafkaEventLog.name);
  readonly #topics: KafkaTopics;
  readonly #timing: KafkaTiming;
  readonly #writer: KafkaWriter;
  readonly #tail: KafkaTail;
  readonly #members = new Set<KafkaGroupMember>();
  readonly #counters = { handled: 0, redelivered: 0, deadLettered: 0 };
  readonly #closing = new AbortController();
  readonly #whenReady = Promise.withResolvers<void>();
  readonly #admin: Admin;
  #readiness: LogReadiness = { isReady: false, reason: 'the event log has not been reached yet' };
  #verifying: Promise<void> = Promise.resolve();
  #adminConnected: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  private constructor(private readonly options: KafkaEventLogOptions) {
    super();
    const { connection } = options;
    this.#topics = new KafkaTopics(options.topics);
    this.#timing = { ...KAFKA_TIMING, ...options.timing };
    // One quick repetition; beyond that the writer repeats, because it knows when to stop.
    this.#writer = new KafkaWriter(() => kafkaClient(connection, { initialRetryTime: 50, maxRetryTime: 200, retries: 1 }), options.metrics);
    options.metrics?.watchLag(() => [...this.#members].map((member) => member.groupLag));
    this.#admin = kafkaClient(connection, { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 }).admin();
    this.#tail = new KafkaTail({
      createClient: () => this.#consumerClient(),
      topics: this.#topics,
      timing: this.#timing,
      admin: () => this.#connectedAdmin(),
      isReachable: () => this.#isReachable(),
      onFatal: options.onFatal,
    });
  }

  /**
   * Resolves also when the brokers cannot be reached or the topics are not as they must be: then the log is not ready, says why,
   * and becomes ready by itself when that is mended. Until then `append` rejects with UNAVAILABLE and consumers wait.
   */
  static async open(options: KafkaEventLogOptions): Promise<KafkaEventLog> {
    const log = new KafkaEventLog(options);
    await log.#verify();
    if (!log.#readiness.isReady) log.#verifying = log.#verifyUntilReady();
    return log;
  }

  get readiness(): LogReadiness {
    return this.#readiness;
  }

  async append<P>(event: EventDefinition<P>, payload: P): Promise<void> {
    await this.#append(event.topic, () => [this.#encode(event, payload)]);
  }

  async appendAll<P>(event: EventDefinition<P>, payloads: readonly P[]): Promise<void> {
    await this.#append(event.topic, () => payloads.map((payload) => this.#encode(event, payload)));
  }

  /** `encode`: all are checked before any is written. */
  async #append(topic: TopicName, encode: () => readonly NewRecord[]): Promise<void> {
    const appended = appendInSpan(topic, async () => {
      const records = encode();
      this.#assertReady();
      await Promise.all(records.map((record) => this.#writer.append(record)));
    });
    await (this.options.metrics?.append(topic, appended) ?? appended);
  }

  /** Resolves when the member has its share of the group; while the log is not ready at once, and the member begins later. */
  async consume<P>(options: ConsumeOptions<P>): Promise<Subscription> {
    this.#assertOpen();
    this.options.metrics?.begins(options.topic, options.group);
    const member = this.#createMember(options);
    this.#members.add(member);
    const started = this.#whenReady.promise.then(() => (this.#closing.signal.aborted ? undefined : member.start()));
    if (this.#readiness.isReady) {
      const patience = new AbortController();
      await Promise.race([started, pause(JOIN_MS, patience.signal)]);
      patience.abort();
    }
    return member;
  }

  /** Resolves when the log is ready and everything appended from now on will be seen. */
  async tail<P>(options: TailOptions<P>): Promise<Subscription> {
    this.#assertOpen();
    await this.#whenReady.promise;
    this.#assertOpen();
    return this.#tail.follow(options);
  }

  stats(): KafkaLogStats {
    const { handled, redelivered, deadLettered } = this.#counters;
    const lag: Record<string, number> = {};
    for (const member of this.#members) lag[member.name] = (lag[member.name] ?? 0) + member.lag;
    return { ...this.#writer.counters, consumed: handled, redelivered, deadLettered, lag };
  }

  /** Writes what was appended, closes what its users left open. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    this.#whenReady.resolve();
    await this.#verifying;
    await Promise.all([...[...this.#members].map((member) => member.close()), this.#tail.close()]);
    await this.#writer.close(); // last: what is in hand may still set records aside
    await this.#admin.disconnect().catch(() => undefined);
  }

  #createMember<P>(options: ConsumeOptions<P>): KafkaGroupMember {
    // One of Kafka's groups per topic: kafkajs shares out among all members what their leader is subscribed to, and nothing else.
    const group = this.#topics.prefixed(`${options.group}.${options.topic}`);
    const runner = new BatchRunner<P>({
      group: options.group,
      events: options.events,
      handle: options.handle,
      setAside: (letter) => this.#setAside(letter),
      onFault: (error, failures) => this.#logger.warn(`${options.group} failed on ${options.topic} (${failures}): ${describe(error)}`),
      counters: this.#counters,
      metrics: this.options.metrics,
    });
    return new KafkaGroupMember({
      client: this.#consumerClient(),
      name: `${options.group}/${options.topic}`,
      groupName: options.group,
      group,
      topic: options.topic,
      topicName: this.#topics.nameOf(options.topic),
      concurrency: this.#topics.partitionsOf(options.topic),
      timing: this.#timing,
      runner,
      maxBatch: options.maxBatch ?? DEFAULT_MAX_BATCH,
      gatherMs: options.gatherMs ?? 0,
      admin: () => this.#connectedAdmin(),
      beforeCommit: options.beforeCommit,
      isReachable: () => this.#isReachable(),
      onFatal: this.options.onFatal,
      onClosed: (member) => this.#members.delete(member),
    });
  }

  #consumerClient() {
    return kafkaClient(this.options.connection, { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 });
  }

  #encode<P>(event: EventDefinition<P>, payload: P): NewRecord {
    const checked = event.schema.parse(payload);
    const key = event.keyOf(checked);
    const traceparent = currentSpan()?.traceparent;
    return {
      topic: this.#topics.nameOf(event.topic),
      partition: partitionOf(event.topic, key, this.#topics.partitionsOf(event.topic)),
      key,
      payload: JSON.stringify(checked),
      headers: { type: event.type, ...(traceparent === undefined ? {} : { traceparent }) },
    };
  }

  async #setAside(letter: DeadLetter): Promise<void> {
    const { record, group, error } = letter;
    await this.#writer.append(deadRecordOf(this.#topics.deadNameOf(record.topic), letter));
    this.#logger.error(`${group} set aside ${record.type} at ${record.topic}/${record.partition}/${record.offset}: ${error}`);
  }

  async #verifyUntilReady(): Promise<void> {
    while (!this.#readiness.isReady && !this.#closing.signal.aborted) {
      await pause(VERIFY_AGAIN_MS, this.#closing.signal);
      if (!this.#closing.signal.aborted) await this.#verify();
    }
  }

  async #verify(): Promise<void> {
    const reason = await this.#findFault();
    if (reason === undefined) {
      this.#readiness = { isReady: true };
      this.#whenReady.resolve();
    } else if (!this.#readiness.isReady && this.#readiness.reason !== reason) {
      this.#readiness = { isReady: false, reason };
      this.#logger.error(`the event log is not ready: ${reason}`);
    }
  }

  async #findFault(): Promise<string | undefined> {
    try {
      const faults = await this.#topics.findFaults(await this.#connectedAdmin());
      return faults.length > 0 ? faults.join('; ') : undefined;
    } catch (error) {
      return unreachable(this.options.connection.brokers, error);
    }
  }

  async #connectedAdmin(): Promise<Admin> {
    this.#adminConnected ??= this.#admin.connect().catch((error) => {
      this.#adminConnected = undefined;
      throw error;
    });
    await this.#adminConnected;
    return this.#admin;
  }

  async #isReachable(): Promise<boolean> {
    try {
      await (await this.#connectedAdmin()).describeCluster();
      return true;
    } catch {
      return false;
    }
  }

  #assertReady(): void {
    this.#assertOpen();
    if (!this.#readiness.isReady) throw new ParleyError('UNAVAILABLE', { cause: new Error(this.#readiness.reason) });
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw new ParleyError('UNAVAILABLE');
  }
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
