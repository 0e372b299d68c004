import { kafkaClient, unreachable } from '../event-log/kafka/kafka-connection.js';
import { KafkaTopics, type KafkaTopicsOptions } from '../event-log/kafka/kafka-topics.js';
import type { EngineCheck } from './engine-check.js';

/** The brokers answer, and have every topic with the partitions that it must have. */
export function kafkaCheck(brokers: readonly string[], topics?: KafkaTopicsOptions): EngineCheck {
  return {
    name: 'kafka',
    async assertUsable() {
      const admin = kafkaClient({ brokers }, { initialRetryTime: 100, maxRetryTime: 300, retries: 1 }).admin();
      let faults: string[];
      try {
        await admin.connect();
        faults = await new KafkaTopics(topics).findFaults(admin);
      } catch (error) {
        throw new Error(unreachable(brokers, error), { cause: error });
      } finally {
        await admin.disconnect().catch(() => undefined);
      }
      if (faults.length > 0) throw new Error(faults.join('; '));
    },
  };
}
