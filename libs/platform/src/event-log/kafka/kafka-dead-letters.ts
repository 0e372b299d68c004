import { randomUUID } from 'node:crypto';
import { TOPIC_NAMES, type TopicName } from '@parley/contracts';
import type { Admin, Kafka, KafkaMessage, Producer } from 'kafkajs';
import { DeadLetters, type WaitingLetter } from '../dead-letters.js';
import { kafkaClient, unreachable, type KafkaConnection } from './kafka-connection.js';
import { chosenByUs } from './kafka-writer.js';
import { STORY_HEADERS } from './kafka-record.js';
import { KafkaTopics, type KafkaTopicsOptions } from './kafka-topics.js';

/** On a record in a topic of dead letters that says: the one at this offset was replayed. Kafka forgets nothing by itself. */
const REPLAYED = 'replayed-offset';
const READ_MS = 30_000;

interface Found extends WaitingLetter {
  readonly message: KafkaMessage;
}

/** The dead letters in Kafka: one topic of one partition beside each topic. */
export class KafkaDeadLetters extends DeadLetters {
  readonly #known = new Map<string, Found>();

  private constructor(
    private readonly client: Kafka,
    private readonly admin: Admin,
    private readonly producer: Producer,
    private readonly topics: KafkaTopics,
  ) {
    super();
  }

  /** Rejects when the brokers cannot be reached. */
  static async open(connection: KafkaConnection, options?: KafkaTopicsOptions): Promise<KafkaDeadLetters> {
    const client = kafkaClient(connection, { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 });
    const [admin, producer] = [
      client.admin(),
      client.producer({ allowAutoTopicCreation: false, idempotent: false, createPartitioner: () => chosenByUs }),
    ];
    try {
      await Promise.all([admin.connect(), producer.connect()]);
    } catch (error) {
      await Promise.all([admin.disconnect(), producer.disconnect()]).catch(() => undefined);
      throw new Error(unreachable(connection.brokers, error), { cause: error });
    }
    return new KafkaDeadLetters(client, admin, producer, new KafkaTopics(options));
  }

  override async list(): Promise<WaitingLetter[]> {
    const existing = new Set(await this.admin.listTopics());
    this.#known.clear();
    for (const topic of TOPIC_NAMES) {
      if (!existing.has(this.topics.deadNameOf(topic))) continue;
      const messages = await this.#read(this.topics.deadNameOf(topic));
      const replayed = new Set(messages.map((message) => header(message, REPLAYED)));
      for (const message of messages) {
        if (message.headers?.[REPLAYED] !== undefined || replayed.has(message.offset)) continue;
        const letter = letterOf(topic, message);
        this.#known.set(letter.id, letter);
      }
    }
    return [...this.#known.values()].sort((a, b) => a.setAsideAt.getTime() - b.setAsideAt.getTime());
  }

  override async replay({ id }: WaitingLetter): Promise<void> {
    const letter = this.#known.get(id);
    if (!letter) throw new Error(`there is no dead letter ${id}`);
    const { topic, partition, type, message } = letter;
    const kept = Object.entries(message.headers ?? {}).filter(([name]) => !STORY_HEADERS.includes(name));
    const headers = { ...Object.fromEntries(kept), type };
    await this.#append(this.topics.nameOf(topic), { key: message.key, value: message.value, headers, partition });
    // Noted afterwards: whatever happens in between, the record comes twice rather than not at all.
    await this.#append(this.topics.deadNameOf(topic), { key: null, value: null, headers: { [REPLAYED]: message.offset }, partition: 0 });
    this.#known.delete(id);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.admin.disconnect(), this.producer.disconnect()]);
  }

  async #append(topic: string, message: Parameters<Producer['send']>[0]['messages'][number]): Promise<void> {
    await this.producer.send({ topic, acks: -1, messages: [message] });
  }

  /** Everything that stands in the topic now. kafkajs reads in groups only; this one is removed again. */
  async #read(topic: string): Promise<KafkaMessage[]> {
    const [ends] = await this.admin.fetchTopicOffsets(topic);
    if (!ends || ends.low === ends.high) return [];
    const groupId = `dlq-${randomUUID()}`;
    const consumer = this.client.consumer({ groupId, maxWaitTimeInMs: 100, allowAutoTopicCreation: false });
    const messages: KafkaMessage[] = [];
    const all = Promise.withResolvers<void>();
    const tooLong = setTimeout(() => all.reject(new Error(`${topic} could not be read within ${READ_MS / 1_000} s`)), READ_MS);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ message }) => {
          messages.push(message);
          if (BigInt(message.offset) + 1n >= BigInt(ends.high)) all.resolve();
        },
      });
      await all.promise;
    } finally {
      clearTimeout(tooLong);
      await consumer.disconnect();
      await this.admin.deleteGroups([groupId]).catch(() => undefined); // brokers drop an empty group sooner or later anyway
    }
    return messages.filter(({ offset }) => BigInt(offset) < BigInt(ends.high));
  }
}

const header = ({ headers }: KafkaMessage, name: string): string => String(headers?.[name] ?? '');

function letterOf(topic: TopicName, message: KafkaMessage): Found {
  return {
    id: `${topic}/${message.offset}`,
    topic,
    partition: Number(header(message, 'origin-partition')),
    offset: BigInt(header(message, 'origin-offset')),
    group: header(message, 'group'),
    type: header(message, 'type'),
    error: header(message, 'error'),
    setAsideAt: new Date(Number(message.timestamp)),
    payload: String(message.value ?? ''),
    message,
  };
}
