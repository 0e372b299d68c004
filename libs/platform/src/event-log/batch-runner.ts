import { LOG_EVENTS, type EventDefinition, type TopicName } from '@parley/contracts';
import { failureOf, inSpans, type SpanOptions } from '@parley/telemetry';
import { backOffMs, pause } from './back-off.js';
import type { EventLogMetrics } from './event-log-metrics.js';
import type { LogRecord, ReadableEvent } from './event-log.js';
import { isTransientFault } from './transient-fault.js';

/** A record as it lies in the log. */
export interface RawRecord {
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: bigint;
  readonly type: string;
  /** JSON. */
  readonly payload: string;
  /** Ms since 1970. */
  readonly appendedAt: number;
  /** Of the work that appended it, when that is traced. */
  readonly traceparent?: string | undefined;
  /** This process wrote it, and what its schema lets pass it lets pass again as it is (`log-events.test.ts`). */
  readonly isChecked?: boolean;
}

/** A record that was set aside, so that it blocks nobody. */
export interface DeadLetter {
  readonly record: RawRecord;
  readonly group: string;
  readonly error: string;
}

export interface BatchRunnerOptions<P> {
  readonly group: string;
  readonly events: readonly ReadableEvent<P>[];
  readonly handle: (records: readonly LogRecord<P>[]) => Promise<void>;
  /** Must be durable and idempotent. */
  readonly setAside: (letter: DeadLetter) => Promise<void>;
  readonly onFault?: (error: unknown, failures: number) => void;
  /** Types that are facts although this consumer did not ask for them. */
  readonly knownEvents?: readonly Pick<EventDefinition, 'type'>[];
  readonly backOff?: (failures: number) => number;
  /** To be counted on; may be shared among runners. */
  readonly counters?: RunCounters;
  readonly metrics?: EventLogMetrics | undefined;
}

export interface RunCounters {
  handled: number;
  /** Records given to the handler once more. */
  redelivered: number;
  deadLettered: number;
}

/** The run was given up because its partitions are no longer ours or the consumer closes; offsets must not move. */
export class RunAbandoned extends Error {
  override readonly name = 'RunAbandoned';
}

const TRIES = 3;

/**
 * Takes a batch of raw records to the end: decoded, checked, handled, and what cannot be handled set aside.
 * Knows nothing of where records come from or how offsets are kept.
 */
export class BatchRunner<P> {
  readonly #options: BatchRunnerOptions<P>;
  readonly #wanted: ReadonlyMap<string, ReadableEvent<P>>;
  readonly #known: ReadonlySet<string>;
  readonly #backOff: (failures: number) => number;
  readonly counters: RunCounters;

  constructor(options: BatchRunnerOptions<P>) {
    this.#options = options;
    this.#wanted = new Map(options.events.map((event) => [event.type, event]));
    this.#known = new Set([...LOG_EVENTS, ...(options.knownEvents ?? [])].map((event) => event.type));
    this.#backOff = options.backOff ?? backOffMs;
    this.counters = options.counters ?? { handled: 0, redelivered: 0, deadLettered: 0 };
  }

  /**
   * Resolves when every record was handled, passed over or set aside. Rejects only with `RunAbandoned`, after the
   * signal fired: a call of `handle` that is under way is always waited for.
   */
  async run(batch: readonly RawRecord[], signal: AbortSignal): Promise<void> {
    const records: Decoded<P>[] = [];
    for (const raw of batch) {
      const decoded = this.#decode(raw);
      if (decoded === undefined) continue;
      if ('error' in decoded) await this.#setAside(raw, decoded.error, signal);
      else records.push(decoded);
    }
    await this.#handle(records, signal, false);
  }

  #decode(raw: RawRecord): Decoded<P> | { error: string } | undefined {
    const event = this.#wanted.get(raw.type);
    if (!event) return this.#known.has(raw.type) ? undefined : { error: `unknown type ${JSON.stringify(raw.type)}` };
    try {
      const decoded: unknown = JSON.parse(raw.payload);
      const payload = raw.isChecked ? (decoded as P) : event.schema.parse(decoded);
      return { raw, record: { type: raw.type, payload, topic: raw.topic, partition: raw.partition, offset: raw.offset } };
    } catch (error) {
      return { error: `cannot be decoded: ${describe(error)}` };
    }
  }

  async #handle(records: readonly Decoded<P>[], signal: AbortSignal, seenBefore: boolean): Promise<void> {
    if (records.length === 0) return;
    let tries = 0;
    for (let failures = 0; ; failures++) {
      if (signal.aborted) throw new RunAbandoned();
      if (seenBefore || failures > 0) this.#noteRedelivery(records);
      try {
        await this.#giveToHandler(records);
        this.counters.handled += records.length;
        return;
      } catch (error) {
        this.#options.onFault?.(error, failures + 1);
        if (!isTransientFault(error)) {
          if (records.length > 1) return this.#handleHalves(records, signal);
          if (++tries >= TRIES) return this.#setAside(records[0]!.raw, describe(error), signal);
        }
        await pause(this.#backOff(failures), signal);
      }
    }
  }

  async #giveToHandler(records: readonly Decoded<P>[]): Promise<void> {
    const { group, metrics, handle } = this.#options;
    const { topic } = records[0]!.raw;
    const traces = records.flatMap(({ raw }) => raw.traceparent ?? []);
    const startedAt = performance.now();
    let failure = '';
    try {
      await inSpans(`process ${topic}`, spanOf(topic, group, records.length), traces, () => handle(records.map(({ record }) => record)));
    } catch (error) {
      failure = failureOf(error);
      throw error;
    } finally {
      const handled = records.map(({ raw }) => raw);
      metrics?.handled(group, startedAt, failure, handled);
    }
  }

  #noteRedelivery(records: readonly Decoded<P>[]): void {
    this.counters.redelivered += records.length;
    this.#options.metrics?.redelivered(records[0]!.raw.topic, this.#options.group, records.length);
  }

  /** The first half comes to its end before the second begins, so nothing overtakes. */
  async #handleHalves(records: readonly Decoded<P>[], signal: AbortSignal): Promise<void> {
    const middle = records.length >> 1;
    await this.#handle(records.slice(0, middle), signal, true);
    await this.#handle(records.slice(middle), signal, true);
  }

  async #setAside(record: RawRecord, error: string, signal: AbortSignal): Promise<void> {
    for (let failures = 0; ; failures++) {
      if (signal.aborted) throw new RunAbandoned();
      try {
        await this.#options.setAside({ record, group: this.#options.group, error });
        this.counters.deadLettered++;
        this.#options.metrics?.setAside(record.topic, this.#options.group);
        return;
      } catch (fault) {
        this.#options.onFault?.(fault, failures + 1);
        await pause(this.#backOff(failures), signal);
      }
    }
  }
}

interface Decoded<P> {
  readonly raw: RawRecord;
  readonly record: LogRecord<P>;
}

const spanOf = (topic: TopicName, group: string, count: number): SpanOptions => ({
  kind: 'consumer',
  attributes: {
    'messaging.system': 'parley',
    'messaging.operation.name': 'process',
    'messaging.destination.name': topic,
    'messaging.consumer.group.name': group,
    'messaging.batch.message_count': count,
  },
});

const describe = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 2_000);
