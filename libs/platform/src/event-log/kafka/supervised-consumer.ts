import { Logger } from '@nestjs/common';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { backOffMs, pause } from '../back-off.js';
import { isRetriableByKafka } from './kafka-fault.js';

/** Milliseconds. */
export interface KafkaTiming {
  /** A member that was not heard of for so long has lost its partitions. Brokers allow 6,000 at the least by default. */
  readonly sessionMs: number;
  /** How often a member asks whether others came or went. */
  readonly heartbeatMs: number;
  /** How long a fetch waits at the broker for records; news end it at once. */
  readonly fetchWaitMs: number;
  /** Between two commits of a member's offsets. */
  readonly commitMs: number;
  /** A consumer that fetched nothing for so long, although the brokers answer, has stopped. */
  readonly stallMs: number;
}

export const KAFKA_TIMING: KafkaTiming = { sessionMs: 8_000, heartbeatMs: 2_000, fetchWaitMs: 1_000, commitMs: 1_000, stallMs: 60_000 };

export interface SupervisedConsumerOptions {
  readonly client: Kafka;
  readonly group: string;
  /** As Kafka calls them. */
  readonly topics: readonly string[];
  readonly fromBeginning: boolean;
  /** Batches of different partitions that may be in hand at once. */
  readonly concurrency: number;
  readonly timing: KafkaTiming;
  readonly eachBatch: (payload: EachBatchPayload) => Promise<void>;
  /** Before the first fetch of a new share of the group. */
  readonly onJoined: (consumer: Consumer, share: Readonly<Record<string, readonly number[]>>) => void;
  /** Before a new share is asked for; offsets can still be committed. */
  readonly onRebalancing?: () => void;
  /** While records are in hand no fetch is to be expected. */
  readonly isBusy: () => boolean;
  readonly isReachable: () => Promise<boolean>;
  /** The consumer has stopped for good. */
  readonly onFatal: (reason: string) => void;
}

/** A kafkajs consumer that begins when the brokers can be reached, begins again after faults, and never stops unnoticed. */
export class SupervisedConsumer {
  readonly #logger = new Logger(SupervisedConsumer.name);
  readonly #closing = new AbortController();
  readonly #joined = Promise.withResolvers<void>();
  readonly #consumer: Consumer;
  #lastFetch = performance.now();
  #watch: NodeJS.Timeout | undefined;
  #started: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(private readonly options: SupervisedConsumerOptions) {
    const { timing } = options;
    this.#consumer = options.client.consumer({
      groupId: options.group,
      sessionTimeout: timing.sessionMs,
      heartbeatInterval: timing.heartbeatMs,
      rebalanceTimeout: 30_000,
      maxWaitTimeInMs: timing.fetchWaitMs,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5, restartOnFailure: async () => !this.#closing.signal.aborted },
    });
    this.#listen();
  }

  get consumer(): Consumer {
    return this.#consumer;
  }

  /** Resolves when it has its first share of the group, or is closed. */
  start(): Promise<void> {
    this.#started ??= this.#start();
    return this.#joined.promise;
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  #listen(): void {
    const { events } = this.#consumer;
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => {
      this.options.onJoined(this.#consumer, payload.memberAssignment);
      this.#joined.resolve();
    });
    this.#consumer.on(events.REBALANCING, () => this.options.onRebalancing?.());
    this.#consumer.on(events.FETCH, () => void (this.#lastFetch = performance.now()));
    this.#consumer.on(events.CRASH, ({ payload: { restart, error } }) => {
      if (restart || this.#closing.signal.aborted) return;
      if (isRetriableByKafka(error)) this.#started = this.#start();
      else this.options.onFatal(`consumer ${this.#name} has crashed: ${error.message}`);
    });
  }

  get #name(): string {
    return `${this.options.group} of ${this.options.topics.join(', ')}`;
  }

  async #start(): Promise<void> {
    const { topics, fromBeginning, concurrency: partitionsConsumedConcurrently, eachBatch, timing } = this.options;
    clearInterval(this.#watch);
    for (let failures = 0; !this.#closing.signal.aborted; failures++) {
      try {
        await this.#consumer.connect();
        await this.#consumer.subscribe({ topics: [...topics], fromBeginning });
        await this.#consumer.run({ autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently, eachBatch });
        break;
      } catch (error) {
        this.#logger.warn(`consumer ${this.#name} cannot begin (${failures + 1}): ${(error as Error).message}`);
        await pause(backOffMs(failures), this.#closing.signal);
      }
    }
    if (this.#closing.signal.aborted) return;
    this.#lastFetch = performance.now();
    this.#watch = setInterval(() => void this.#look(), lookMsOf(timing)).unref();
  }

  /**
   * While the brokers cannot be reached, nothing is wrong with the consumer, and a new process would do no better: the time of
   * an outage does not count, nor does it leave too little for the way back into the group.
   */
  async #look(): Promise<void> {
    const { timing, isBusy, isReachable, onFatal } = this.options;
    if (isBusy()) this.#lastFetch = performance.now();
    const since = this.#lastFetch;
    if (performance.now() - since < lookMsOf(timing)) return;
    const canFetch = await isReachable();
    if (since !== this.#lastFetch || this.#closing.signal.aborted) return;
    if (!canFetch) {
      this.#lastFetch = performance.now();
    } else if (performance.now() - since >= timing.stallMs) {
      const seconds = Math.round((performance.now() - since) / 1_000);
      onFatal(`consumer ${this.#name} has fetched nothing for ${seconds} s although the brokers answer`);
    }
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#watch);
    this.#joined.resolve();
    await this.#started?.catch(() => undefined);
    await this.#consumer
      .disconnect()
      .catch((error: Error) => this.#logger.warn(`consumer ${this.#name} did not end well: ${error.message}`));
  }
}

const lookMsOf = ({ stallMs }: KafkaTiming): number => Math.min(5_000, stallMs / 4);
