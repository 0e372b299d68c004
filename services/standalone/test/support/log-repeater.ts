import { TOPIC_NAMES, type TopicName } from '@parley/contracts';
import { kafkaClient, KafkaTopics } from '@parley/platform/kafka';
import { randomUUID } from 'node:crypto';
import type { Random } from './random.js';

type Kafka = ReturnType<typeof kafkaClient>;
type Record = Parameters<ReturnType<Kafka['producer']>['send']>[0]['messages'][number];

interface Repeatable {
  readonly topic: string;
  readonly record: Record;
}

/** Reads along in Kafka and appends again what is there, as a producer does that never heard of its success. */
export class LogRepeater implements AsyncDisposable {
  repeated = 0;
  readonly #read: Repeatable[] = [];
  readonly #kafka: Kafka;
  readonly #consumer: ReturnType<Kafka['consumer']>;
  readonly #producer: ReturnType<Kafka['producer']>;

  private constructor(brokers: readonly string[]) {
    this.#kafka = kafkaClient({ brokers: [...brokers] }, { retries: 5 });
    this.#consumer = this.#kafka.consumer({ groupId: `repeater-${randomUUID()}` });
    this.#producer = this.#kafka.producer({ allowAutoTopicCreation: false });
  }

  static async follow(brokers: readonly string[], topics: readonly TopicName[]): Promise<LogRepeater> {
    const repeater = new LogRepeater(brokers);
    await repeater.#producer.connect();
    await repeater.#consumer.connect();
    await repeater.#consumer.subscribe({ topics: topics.map((topic) => new KafkaTopics().nameOf(topic)) });
    await repeater.#consumer.run({
      eachMessage: ({ topic, partition, message: { key, value, headers } }) => {
        repeater.#read.push({ topic, record: { partition, key, value, ...(headers ? { headers } : {}) } });
        return Promise.resolve();
      },
    });
    return repeater;
  }

  /** Some stretches of what was read, old and new ones. */
  async repeat(random: Random, stretches = 5, length = 10): Promise<void> {
    const all = [...this.#read];
    for (let done = 0; done < stretches && all.length > 0; done += 1) {
      const from = random.between(0, all.length - 1);
      for (const [topic, some] of Map.groupBy(all.slice(from, from + length), (each) => each.topic)) {
        await this.#producer.send({ topic, messages: some.map(({ record }) => record) });
        this.repeated += some.length;
      }
    }
  }

  /** These groups begin with the first record again. Their members must be away. */
  async rewind(groups: readonly string[]): Promise<void> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      const names = new KafkaTopics();
      for (const group of groups) {
        let rewound = 0;
        for (const each of TOPIC_NAMES) {
          const [topic, groupId] = [names.nameOf(each), names.prefixed(`${group}.${each}`)];
          const [read] = await admin.fetchOffsets({ groupId, topics: [topic] });
          const begun = read!.partitions.filter(({ offset }) => Number(offset) > 0);
          if (begun.length === 0) continue;
          await admin.setOffsets({ groupId, topic, partitions: begun.map(({ partition }) => ({ partition, offset: '0' })) });
          rewound += begun.length;
        }
        if (rewound === 0) throw new Error(`${group} has read nothing that it could read again`);
      }
    } finally {
      await admin.disconnect();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#consumer.disconnect();
    await this.#producer.disconnect();
  }
}
