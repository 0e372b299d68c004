import type { TopicName } from '@parley/contracts';
import type { KafkaMessage } from 'kafkajs';
import type { DeadLetter, RawRecord } from '../batch-runner.js';
import type { NewRecord } from './kafka-writer.js';

/** With what was read, so that a dead letter has the very bytes. */
export interface KafkaRecord extends RawRecord {
  readonly message: KafkaMessage;
}

export const recordOf = (topic: TopicName, partition: number, message: KafkaMessage): KafkaRecord => ({
  topic,
  partition,
  offset: BigInt(message.offset),
  type: message.headers?.type?.toString() ?? '',
  payload: message.value?.toString() ?? '',
  appendedAt: Number(message.timestamp),
  traceparent: message.headers?.traceparent?.toString(),
  message,
});

/** What is added to a record that is set aside. */
export const STORY_HEADERS: readonly string[] = ['origin-topic', 'origin-partition', 'origin-offset', 'group', 'error', 'type'];

/** As it goes to the topic of dead letters: unchanged, with its story in the headers. */
export function deadRecordOf(topic: string, { record, group, error }: DeadLetter): NewRecord {
  const { key, value, headers } = (record as KafkaRecord).message;
  const story = {
    'origin-topic': record.topic,
    'origin-partition': String(record.partition),
    'origin-offset': String(record.offset),
    group,
    error,
    type: record.type,
  };
  const others = Object.entries(headers ?? {}).filter(([name, content]) => !(name in story) && content !== undefined);
  const kept = Object.fromEntries(others.map(([name, content]) => [name, String(content)]));
  return { topic, partition: 0, key, payload: value ?? '', headers: { ...kept, ...story } };
}
