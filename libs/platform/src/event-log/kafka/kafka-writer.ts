import { Logger } from '@nestjs/common';
import { ParleyError } from '@parley/contracts';
import type { Kafka, Producer } from 'kafkajs';
import { pause } from '../back-off.js';
import { Batcher } from '../batcher.js';
import type { EventLogMetrics } from '../event-log-metrics.js';
import { isBrokerAnswer, isRetriableByKafka } from './kafka-fault.js';

export interface NewRecord {
  /** As Kafka calls it. */
  readonly topic: string;
  readonly partition: number;
  readonly key: string | Buffer | null;
  readonly payload: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** How long an `append` waits; after it a send is not tried again. */
const APPEND_MS = 4_000;
/** Of characters, of which UTF-8 needs up to 3 bytes each: brokers refuse batches over 1 MiB. */
const MAX_BATCH_LENGTH = 300_000;

/**
 * Appends records, one send in flight per partition: with several, kafkajs puts them into the log in another order than they
 * were sent, without any fault. Not idempotent in Kafka's sense: kafkajs's sequence numbers can swallow acknowledged records.
 * So a send whose answer was lost is repeated whole, and the log has some records twice, each first in its order.
 */
export class KafkaWriter {
  readonly counters = { appended: 0, batches: 0 };
  readonly #logger = new Logger(KafkaWriter.name);
  readonly #batchers = new Map<string, Batcher<NewRecord>>();
  #producer: Promise<Producer> | undefined;
  #isClosed = false;

  constructor(
    private readonly createClient: () => Kafka,
    private readonly metrics?: EventLogMetrics,
  ) {}

  /** Rejects as `EventLog.append` does. */
  append(record: NewRecord): Promise<void> {
    if (this.#isClosed) return Promise.reject(new ParleyError('UNAVAILABLE'));
    return this.#batcherOf(record.topic, record.partition).add(record);
  }

  /** Resolves when everything taken was written or has failed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#batchers.values()].map((batcher) => batcher.close()));
    await this.#producer?.then((producer) => producer.disconnect()).catch(() => undefined);
  }

  #batcherOf(topic: string, partition: number): Batcher<NewRecord> {
    const name = `${topic}/${partition}`;
    let batcher = this.#batchers.get(name);
    if (!batcher) {
      batcher = new Batcher({ write: (records) => this.#write(topic, partition, records), timeoutMs: APPEND_MS });
      this.#batchers.set(name, batcher);
    }
    return batcher;
  }

  async #write(topic: string, partition: number, records: readonly NewRecord[]): Promise<void> {
    for (const part of partsOf(records)) {
      await this.#send(topic, partition, part);
      this.counters.appended += part.length;
      this.counters.batches++;
      this.metrics?.wrote(part.length);
    }
  }

  async #send(topic: string, partition: number, records: readonly NewRecord[]): Promise<void> {
    const messages = records.map(({ key, payload, headers }) => ({ key, value: payload, headers, partition }));
    const giveUpAt = performance.now() + APPEND_MS;
    for (let failures = 0; ; failures++) {
      const connecting = this.#connected();
      try {
        const producer = await connecting;
        await producer.send({ topic, acks: -1, timeout: 2_500, messages });
        return;
      } catch (error) {
        if (!isBrokerAnswer(error)) this.#discard(connecting);
        if (!isRetriableByKafka(error)) throw error;
        if (performance.now() >= giveUpAt) throw new ParleyError('UNCONFIRMED', { cause: error });
        this.#logger.warn(`could not append to ${topic}/${partition} (${failures + 1}): ${(error as Error).message}`);
        await pause(Math.min(500, 50 * 2 ** failures));
      }
    }
  }

  #connected(): Promise<Producer> {
    return (this.#producer ??= this.#connect());
  }

  async #connect(): Promise<Producer> {
    const producer = this.createClient().producer({
      allowAutoTopicCreation: false,
      idempotent: false,
      createPartitioner: () => chosenByUs,
    });
    await producer.connect();
    return producer;
  }

  /** A connection on which answers fail to come may be dead without knowing it; the next try has a new one. */
  #discard(connecting: Promise<Producer>): void {
    if (this.#producer !== connecting) return;
    this.#producer = undefined;
    connecting.then((producer) => producer.disconnect()).catch(() => undefined);
  }
}

/** Instead of a choice of kafkajs. */
export const chosenByUs = ({ message }: { message: { partition?: number } }): number => message.partition!;

/** Parts that fit into a request, in order. */
function* partsOf(records: readonly NewRecord[]): Generator<readonly NewRecord[]> {
  let from = 0;
  let size = 0;
  for (const [index, { payload }] of records.entries()) {
    if (index > from && size + payload.length > MAX_BATCH_LENGTH) {
      yield records.slice(from, index);
      from = index;
      size = 0;
    }
    size += payload.length;
  }
  yield records.slice(from);
}
