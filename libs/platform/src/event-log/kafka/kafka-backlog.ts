import { randomUUID } from 'node:crypto';
import { TOPIC_NAMES, type TopicName } from '@parley/contracts';
import type { Admin, Kafka } from 'kafkajs';
import { LogBacklog, leastOf, positionKey, type BacklogRecord, type LogPositions } from '../log-backlog.js';
import { kafkaClient, unreachable, type KafkaConnection } from './kafka-connection.js';
import { recordOf } from './kafka-record.js';
import { KafkaTopics, type KafkaTopicsOptions } from './kafka-topics.js';

/** Without a single record of those that must be there. */
const STALLED_MS = 30_000;

/** Of the event log in Kafka. */
export class KafkaBacklog extends LogBacklog {
  private constructor(
    private readonly client: Kafka,
    private readonly admin: Admin,
    private readonly topics: KafkaTopics,
  ) {
    super();
  }

  /** Rejects when the brokers cannot be reached. */
  static async open(connection: KafkaConnection, options?: KafkaTopicsOptions): Promise<KafkaBacklog> {
    const client = kafkaClient(connection, { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 });
    const admin = client.admin();
    try {
      await admin.connect();
    } catch (error) {
      throw new Error(unreachable(connection.brokers, error), { cause: error });
    }
    return new KafkaBacklog(client, admin, new KafkaTopics(options));
  }

  override async handled(): Promise<LogPositions> {
    const byName = new Map(TOPIC_NAMES.map((topic) => [this.topics.nameOf(topic), topic]));
    const { groups } = await this.admin.listGroups();
    const positions: LogPositions[] = [];
    for (const { groupId } of groups.filter(({ groupId: id }) => id.startsWith(this.topics.prefixed('')))) {
      const found = await this.admin.fetchOffsets({ groupId, topics: [...byName.keys()] });
      const noted = found.flatMap(({ topic, partitions }) =>
        partitions
          .filter(({ offset }) => BigInt(offset) >= 0n) // -1: none
          .map(({ partition, offset }) => [positionKey(byName.get(topic)!, partition), BigInt(offset)] as const),
      );
      positions.push(new Map(noted));
    }
    return leastOf((await this.ends()).keys(), positions);
  }

  override ends(): Promise<LogPositions> {
    return this.#offsets('high');
  }

  override async read(from: LogPositions, to: LogPositions, take: (record: BacklogRecord) => Promise<void>): Promise<void> {
    const lows = await this.#offsets('low');
    for (const topic of TOPIC_NAMES) {
      const wanted = new Map<number, { next: bigint; readonly end: bigint }>();
      for (const [key, end] of to) {
        const at = key.lastIndexOf('/');
        const [asked, kept] = [from.get(key) ?? 0n, lows.get(key) ?? 0n];
        const next = asked > kept ? asked : kept;
        if (key.slice(0, at) === topic && next < end) wanted.set(Number(key.slice(at + 1)), { next, end });
      }
      if (wanted.size > 0) await this.#readTopic(topic, wanted, take);
    }
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.admin.disconnect();
  }

  async #offsets(side: 'low' | 'high'): Promise<Map<string, bigint>> {
    const found = new Map<string, bigint>();
    for (const topic of TOPIC_NAMES)
      for (const { partition, [side]: offset } of await this.admin.fetchTopicOffsets(this.topics.nameOf(topic)))
        found.set(positionKey(topic, partition), BigInt(offset));
    return found;
  }

  /** kafkajs reads in groups only; this one is removed again. */
  async #readTopic(
    topic: TopicName,
    wanted: ReadonlyMap<number, { next: bigint; readonly end: bigint }>,
    take: (record: BacklogRecord) => Promise<void>,
  ): Promise<void> {
    const groupId = this.topics.prefixed(`backup-${randomUUID()}`);
    const consumer = this.client.consumer({ groupId, maxWaitTimeInMs: 100, allowAutoTopicCreation: false });
    const done = Promise.withResolvers<void>();
    const stalled = setTimeout(() => done.reject(new Error(`${topic} gives no records for ${STALLED_MS / 1_000} s`)), STALLED_MS);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [this.topics.nameOf(topic)], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ partition, message }) => {
          const part = wanted.get(partition);
          const record = recordOf(topic, partition, message);
          if (!part || record.offset < part.next || record.offset >= part.end) return;
          stalled.refresh();
          try {
            await take(record);
          } catch (error) {
            done.reject(error as Error); // not Kafka's affair: it would only bring the record again
          }
          part.next = record.offset + 1n;
          if ([...wanted.values()].every(({ next, end }) => next >= end)) done.resolve();
        },
      });
      for (const [partition, { next }] of wanted) consumer.seek({ topic: this.topics.nameOf(topic), partition, offset: String(next) });
      await done.promise;
    } finally {
      clearTimeout(stalled);
      await consumer.disconnect();
      await this.admin.deleteGroups([groupId]).catch(() => undefined); // brokers drop an empty group sooner or later anyway
    }
  }
}
