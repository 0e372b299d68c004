import { randomUUID } from 'node:crypto';
import { deadLetterTopicOf, type TopicName } from '@parley/contracts';
import { TcpProxy } from '@parley/testing';
import type { ISocketFactory } from 'kafkajs';
import { inject } from 'vitest';
import type { DeadLetterRow, EventLogWorld } from '../src/event-log/event-log.contract.js';
import { kafkaClient, openSocket } from '../src/event-log/kafka/kafka-connection.js';
import { KafkaEventLog, type KafkaEventLogOptions } from '../src/event-log/kafka/kafka-event-log.js';
import { KafkaTopics, ensureTopics } from '../src/event-log/kafka/kafka-topics.js';

export interface KafkaWorld extends EventLogWorld {
  readonly prefix: string;
  /** On the way from the logs to the broker; what the world itself does goes past it. */
  readonly link: TcpProxy;
  /** Reasons that logs gave to end the process. */
  readonly fatal: string[];
  open(options?: Partial<KafkaEventLogOptions>): Promise<KafkaEventLog>;
}

/** Quick about what in production has seconds. */
export const QUICK = { sessionMs: 6_000, heartbeatMs: 200, fetchWaitMs: 100, commitMs: 200, stallMs: 60_000 };

/** Topics of its own on a real broker, by default that of the run. */
export async function kafkaWorld(brokers: readonly string[] = givenBrokers()): Promise<KafkaWorld> {
  const prefix = `t-${randomUUID().slice(0, 8)}.`;
  const names = new KafkaTopics({ prefix });
  const created = await ensureTopics({ brokers }, { prefix });
  const admin = kafkaClient({ brokers }, { retries: 5 }).admin();
  const producer = kafkaClient({ brokers }, { retries: 5 }).producer({ allowAutoTopicCreation: false });
  await Promise.all([admin.connect(), producer.connect()]);
  const logs: KafkaEventLog[] = [];
  const fatal: string[] = [];
  const link = await TcpProxy.start({ targetPort: Number(brokers[0]!.split(':')[1]) });
  return {
    prefix,
    link,
    fatal,
    async open(options = {}) {
      const connection = { brokers, socketFactory: leadingTo(link.port) };
      const log = await KafkaEventLog.open({
        connection,
        topics: { prefix },
        timing: QUICK,
        onFatal: (reason) => void fatal.push(reason),
        ...options,
      });
      logs.push(log);
      return log;
    },
    async appendRaw(topic: TopicName, partition: number, type: string, payload: string) {
      await producer.send({ topic: names.nameOf(topic), messages: [{ partition, value: payload, headers: { type } }] });
    },
    deadLetters: async (topic) => {
      const reader = kafkaClient({ brokers }, { retries: 5 }).consumer({ groupId: `${prefix}reader-${randomUUID()}`, maxWaitTimeInMs: 50 });
      const [end] = await admin.fetchTopicOffsets(names.deadNameOf(topic));
      const rows: DeadLetterRow[] = [];
      if (end!.high === '0') return rows;
      const all = Promise.withResolvers<void>();
      await reader.connect();
      await reader.subscribe({ topics: [names.deadNameOf(topic)], fromBeginning: true });
      await reader.run({
        autoCommit: false,
        eachMessage: async ({ message: { headers, value, offset } }) => {
          const header = (name: string) => String(headers?.[name] ?? '');
          rows.push({
            topic: deadLetterTopicOf(topic),
            originTopic: header('origin-topic'),
            partition: Number(header('origin-partition')),
            offset: BigInt(header('origin-offset')),
            group: header('group'),
            type: header('type'),
            payload: String(value),
            error: header('error'),
          });
          if (BigInt(offset) + 1n === BigInt(end!.high)) all.resolve();
        },
      });
      await all.promise;
      await reader.disconnect();
      return rows;
    },
    async cutConnections() {
      link.cut();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(logs.map((log) => log.close()));
      await admin.deleteTopics({ topics: [...created.created] });
      await Promise.all([admin.disconnect(), producer.disconnect(), link.close()]);
    },
  };
}

export const givenBrokers = (): string[] => inject('stackEnv').PARLEY_KAFKA_BROKERS!.split(',');

/** Whatever address a broker says it has, the way there is the proxy. */
export const leadingTo =
  (port: number): ISocketFactory =>
  (options) =>
    openSocket({ ...options, host: '127.0.0.1', port });
