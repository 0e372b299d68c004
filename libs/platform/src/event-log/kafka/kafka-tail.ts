import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { ParleyError, type TopicName } from '@parley/contracts';
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { backOffMs, pause } from '../back-off.js';
import type { Subscription, TailOptions } from '../event-log.js';
import { isRetriableByKafka } from './kafka-fault.js';
import { recordOf, type KafkaRecord } from './kafka-record.js';
import type { KafkaTopics } from './kafka-topics.js';
import { SupervisedConsumer, type KafkaTiming } from './supervised-consumer.js';

export interface KafkaTailOptions {
  readonly createClient: () => Kafka;
  readonly topics: KafkaTopics;
  readonly timing: KafkaTiming;
  readonly admin: () => Promise<Admin>;
  readonly isReachable: () => Promise<boolean>;
  readonly onFatal: (reason: string) => void;
}

interface Follower {
  readonly options: TailOptions<unknown>;
  /** Offsets from which on it sees records, by partition. */
  readonly from: ReadonlyMap<number, bigint>;
}

/**
 * Follows topics from their ends for all `tail` calls of the process, with one consumer. kafkajs cannot read without a group, so
 * it has one of its own in which nothing is committed: the positions are kept here and set after every join, so that neither a
 * lost session nor a further topic leaves a gap.
 */
export class KafkaTail {
  readonly #logger = new Logger(KafkaTail.name);
  readonly #followers = new Map<TopicName, Set<Follower>>();
  /** Offset that comes next, by topic and partition. */
  readonly #positions = new Map<TopicName, Map<number, bigint>>();
  #running: { readonly consumer: SupervisedConsumer; readonly group: string; readonly topics: ReadonlySet<TopicName> } | undefined;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(private readonly options: KafkaTailOptions) {}

  async follow<P>(options: TailOptions<P>): Promise<Subscription> {
    const { topic } = options;
    const from = await this.#endsOf(topic);
    if (!this.#positions.has(topic)) this.#positions.set(topic, new Map(from));
    await this.#include();
    if (this.#isClosed) throw new ParleyError('UNAVAILABLE');
    const follower: Follower = { options: options as TailOptions<unknown>, from };
    const followers = this.#followers.get(topic) ?? new Set();
    this.#followers.set(topic, followers.add(follower));
    return {
      caughtUp: () => this.#caughtUp(topic, () => !this.#isClosed && followers.has(follower)),
      close: async () => void followers.delete(follower),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#work.catch(() => undefined);
    await this.#stop();
  }

  async #endsOf(topic: TopicName): Promise<Map<number, bigint>> {
    const ends = await this.#persist(async () => (await this.options.admin()).fetchTopicOffsets(this.options.topics.nameOf(topic)));
    return new Map(ends.map(({ partition, high }) => [partition, BigInt(high)]));
  }

  /** Brokers come and go; whoever asks for a tail can only wait. */
  async #persist<T>(ask: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures++) {
      if (this.#isClosed) throw new ParleyError('UNAVAILABLE');
      try {
        return await ask();
      } catch (error) {
        if (!isRetriableByKafka(error)) throw error;
        await pause(backOffMs(failures));
      }
    }
  }

  async #caughtUp(topic: TopicName, isOpen: () => boolean): Promise<void> {
    const ends = await this.#endsOf(topic);
    while ([...ends].some(([partition, end]) => this.#positions.get(topic)!.get(partition)! < end)) {
      if (!isOpen()) throw new ParleyError('UNAVAILABLE');
      await pause(20);
    }
  }

  /** Resolves when the consumer reads every topic that has a position, those asked for meanwhile included. */
  #include(): Promise<void> {
    this.#work = this.#work
      .catch(() => undefined)
      .then(async () => {
        const topics = new Set(this.#positions.keys());
        if (this.#isClosed || this.#running?.topics.size === topics.size) return;
        await this.#stop();
        const group = this.options.topics.prefixed(`tail-${randomUUID()}`);
        const consumer = this.#createConsumer(group, [...topics]);
        this.#running = { consumer, group, topics };
        await consumer.start();
      });
    return this.#work;
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    await running.consumer.close();
    const admin = await this.options.admin().catch(() => undefined);
    await admin?.deleteGroups([running.group]).catch(() => undefined); // brokers drop an empty group sooner or later anyway
  }

  #createConsumer(group: string, topics: readonly TopicName[]): SupervisedConsumer {
    const { createClient, topics: names, ...options } = this.options;
    const byName = new Map(topics.map((topic) => [names.nameOf(topic), topic]));
    return new SupervisedConsumer({
      ...options,
      client: createClient(),
      group,
      topics: [...byName.keys()],
      fromBeginning: false,
      concurrency: 1,
      eachBatch: (payload) => this.#take(byName.get(payload.batch.topic)!, payload),
      onJoined: (consumer) => this.#seek(consumer, topics),
      isBusy: () => false,
    });
  }

  #seek(consumer: Consumer, topics: readonly TopicName[]): void {
    for (const topic of topics)
      for (const [partition, offset] of this.#positions.get(topic)!)
        consumer.seek({ topic: this.options.topics.nameOf(topic), partition, offset: String(offset) });
  }

  async #take(topic: TopicName, payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const positions = this.#positions.get(topic)!;
    for (const [index, message] of batch.messages.entries()) {
      if (!payload.isRunning() || payload.isStale()) return;
      const record = recordOf(topic, batch.partition, message);
      if (record.offset < positions.get(batch.partition)!) continue;
      for (const follower of this.#followers.get(topic) ?? []) await this.#handle(follower, record);
      positions.set(batch.partition, record.offset + 1n);
      payload.resolveOffset(message.offset);
      if (index % 100 === 99) await payload.heartbeat();
    }
  }

  async #handle({ options, from }: Follower, record: KafkaRecord): Promise<void> {
    const event = options.events.find((candidate) => candidate.type === record.type);
    if (!event || record.offset < (from.get(record.partition) ?? 0n)) return;
    try {
      const { topic, partition, offset, type, payload } = record;
      await options.handle({ type, payload: event.schema.parse(JSON.parse(payload)), topic, partition, offset });
    } catch (error) {
      this.#logger.error(`a follower of ${record.topic} failed on record ${record.partition}/${record.offset}: ${(error as Error).stack}`);
    }
  }
}
