import { DEAD_LETTERS, TOPIC_NAMES, TOPICS, deadLetterTopicOf, type TopicName, type TopicPlan } from '@parley/contracts';
import kafkajs, { type Admin } from 'kafkajs';
import { pause } from '../back-off.js';
import { isRetriableByKafka } from './kafka-fault.js';
import { kafkaClient, type KafkaConnection } from './kafka-connection.js';

export interface KafkaTopicsOptions {
  /** Before every topic and group, so that installations can share a cluster. Default: nothing. */
  readonly prefix?: string;
  /** Partitions of this installation where they differ from `TOPICS`: chosen once, the same in every process, never changed. */
  readonly partitions?: Partial<Record<TopicName, number>>;
  /** Nothing is created while fewer brokers are there: it would have fewer copies for ever. Default: 1. */
  readonly brokersMin?: number;
}

const SETTLING_MS = 5_000;

export interface EnsuredTopics {
  readonly created: readonly string[];
  /** Settings of existing topics that are not as planned; they work, and are an operator's to change. */
  readonly differences: readonly string[];
}

/** The topics of an installation as they are called and made in Kafka. */
export class KafkaTopics {
  constructor(private readonly options: KafkaTopicsOptions = {}) {}

  nameOf(topic: TopicName): string {
    return this.prefixed(topic);
  }

  deadNameOf(topic: TopicName): string {
    return this.prefixed(deadLetterTopicOf(topic));
  }

  prefixed(name: string): string {
    return (this.options.prefix ?? '') + name;
  }

  partitionsOf(topic: TopicName): number {
    return this.options.partitions?.[topic] ?? TOPICS[topic].partitions;
  }

  /** One sentence for each topic that is missing or has another number of partitions. */
  async findFaults(admin: Admin): Promise<string[]> {
    const found = await this.#partitionsFound(admin);
    return [...this.#plans()].flatMap(([name, { partitions }]) => {
      const count = found.get(name);
      if (count === undefined) return [`topic ${name} is missing: run the topics job, which creates it with ${partitions} partition(s)`];
      if (count === partitions) return [];
      return [
        `topic ${name} has ${count} partition(s), not ${partitions}: set the number that the installation was made with; it can never change, or rooms would lose their order`,
      ];
    });
  }

  /**
   * Creates what is missing and leaves alone what exists. May run any number of times, also at once. Rejects when a topic has
   * another number of partitions than planned, or too few brokers are there.
   */
  async ensure(admin: Admin): Promise<EnsuredTopics> {
    const found = await this.#partitionsFound(admin);
    const missing = [...this.#plans()].filter(([name]) => !found.has(name));
    const { brokers } = await admin.describeCluster();
    const { brokersMin = 1 } = this.options;
    if (missing.length > 0 && brokers.length < brokersMin)
      throw new Error(`${brokers.length} of ${brokersMin} brokers are there: topics would have fewer copies than they should`);
    const topics = missing.map(([topic, plan]) => topicConfig(topic, plan, brokers.length));
    if (topics.length > 0) {
      await admin.createTopics({ topics, waitForLeaders: true }).catch((error: Error) => {
        if (!isAlreadyThere(error) && !isRetriableByKafka(error)) throw error; // not to be found yet: looked for below
      });
    }
    await this.#verify(admin, topics.length > 0 ? SETTLING_MS : 0);
    const existing = [...this.#plans()].filter(([name]) => found.has(name));
    return { created: missing.map(([name]) => name), differences: await differences(admin, existing, brokers.length) };
  }

  /** Brokers hear of new topics a moment after the controller has made them. */
  async #verify(admin: Admin, patienceMs: number): Promise<void> {
    const giveUpAt = performance.now() + patienceMs;
    for (;;) {
      const isLast = performance.now() >= giveUpAt;
      try {
        const faults = await this.findFaults(admin);
        if (faults.length === 0) {
          await Promise.all([...this.#plans().keys()].map((name) => admin.fetchTopicOffsets(name))); // every partition has its leader
          return;
        }
        if (isLast) throw new Error(faults.join('\n'));
      } catch (error) {
        if (isLast) throw error;
      }
      await pause(100);
    }
  }

  #plans(): Map<string, TopicPlan> {
    return new Map(
      TOPIC_NAMES.flatMap((topic): [string, TopicPlan][] => [
        [this.nameOf(topic), { ...TOPICS[topic], partitions: this.partitionsOf(topic) }],
        [this.deadNameOf(topic), DEAD_LETTERS],
      ]),
    );
  }

  async #partitionsFound(admin: Admin): Promise<Map<string, number>> {
    const plans = this.#plans();
    const names = (await admin.listTopics()).filter((name) => plans.has(name));
    if (names.length === 0) return new Map();
    const { topics } = await admin.fetchTopicMetadata({ topics: names });
    return new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
  }
}

/** The topics job: see `KafkaTopics.ensure`. */
export async function ensureTopics(connection: KafkaConnection, options: KafkaTopicsOptions = {}): Promise<EnsuredTopics> {
  const admin = kafkaClient(connection, { retries: 5 }).admin();
  await admin.connect();
  try {
    return await new KafkaTopics(options).ensure(admin);
  } finally {
    await admin.disconnect();
  }
}

const settingsOf = (plan: TopicPlan, brokers: number): Record<string, string> => ({
  'retention.ms': String(plan.retentionMs),
  'max.message.bytes': String(plan.maxBatchBytes),
  'min.insync.replicas': String(brokers < plan.replicas ? 1 : plan.minInsyncReplicas),
});

function topicConfig(topic: string, plan: TopicPlan, brokers: number) {
  const configEntries = Object.entries(settingsOf(plan, brokers)).map(([name, value]) => ({ name, value }));
  return { topic, numPartitions: plan.partitions, replicationFactor: Math.min(plan.replicas, brokers), configEntries };
}

async function differences(admin: Admin, plans: readonly [string, TopicPlan][], brokers: number): Promise<string[]> {
  if (plans.length === 0) return [];
  const type = kafkajs.ConfigResourceTypes.TOPIC;
  const resources = plans.map(([name, plan]) => ({ type, name, configNames: Object.keys(settingsOf(plan, brokers)) }));
  const answer = await admin.describeConfigs({ includeSynonyms: false, resources });
  return answer.resources.flatMap(({ resourceName, configEntries }) => {
    const wanted = settingsOf(new Map(plans).get(resourceName)!, brokers);
    const other = configEntries.filter((entry) => wanted[entry.configName] !== entry.configValue);
    return other.map((entry) => `topic ${resourceName}: ${entry.configName} is ${entry.configValue}, planned ${wanted[entry.configName]}`);
  });
}

/** Another job was quicker with some of them. */
function isAlreadyThere(error: unknown): boolean {
  const all = error instanceof kafkajs.KafkaJSAggregateError ? error.errors : [error];
  return all.every((each) => (each as { type?: string }).type === 'TOPIC_ALREADY_EXISTS');
}
