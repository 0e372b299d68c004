import type { TopicName } from '@parley/contracts';
import { failureOf, REQUEST_SECONDS, type Metrics } from '@parley/telemetry';

/** Where one group stands with one topic, as far as this process reads for it. */
export interface GroupLag {
  readonly group: string;
  readonly topic: TopicName;
  /** Records that wait for it. */
  readonly records: number;
  /** Age of the oldest of them (s); 0 when none waits. */
  readonly seconds: number;
}

/** What is measured of a record that was handled. */
interface HandledRecord {
  readonly topic: TopicName;
  /** ms since 1970. */
  readonly appendedAt: number;
  readonly traceparent?: string | undefined;
}

/** Seconds since the earliest of these times (ms since 1970); 0 when there is none. */
export const ageOf = (times: readonly number[]): number => (times.length === 0 ? 0 : Math.max(0, Date.now() - Math.min(...times)) / 1000);

/** From the log to the end of its handler (s): what matters is whether it is moments, seconds or minutes. */
const DELAY_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** What operators see of the event log, with the names of OpenTelemetry's conventions for messaging where it has some. */
export class EventLogMetrics {
  readonly #appends;
  readonly #sent;
  readonly #writes;
  readonly #handling;
  readonly #delay;
  readonly #redelivered;
  readonly #setAside;

  constructor(readonly metrics: Metrics) {
    this.#appends = metrics.histogram({
      name: 'messaging_client_operation_duration_seconds',
      help: 'Appends to the event log until they are durable, by topic and by what went wrong (empty: nothing).',
      labelNames: ['messaging_destination_name', 'error_type'],
      buckets: REQUEST_SECONDS,
    });
    this.#sent = metrics.counter({
      name: 'messaging_client_sent_messages_total',
      help: 'Records that the event log has taken.',
    });
    this.#writes = metrics.counter({
      name: 'parley_event_log_writes_total',
      help: 'Requests that took them there; records by requests is how many share one.',
    });
    this.#handling = metrics.histogram({
      name: 'messaging_process_duration_seconds',
      help: 'Batches of records in the hands of a consumer, by topic, group and what went wrong (empty: nothing).',
      labelNames: ['messaging_destination_name', 'messaging_consumer_group_name', 'error_type'],
      buckets: REQUEST_SECONDS,
    });
    this.#delay = metrics.histogram({
      name: 'parley_event_log_delay_seconds',
      help: 'How long after their append records were handled, by topic and group.',
      labelNames: ['topic', 'group'],
      buckets: DELAY_SECONDS,
    });
    this.#redelivered = metrics.counter({
      name: 'parley_event_log_redelivered_total',
      help: 'Records that were given to a consumer once more, by topic and group.',
      labelNames: ['topic', 'group'],
    });
    this.#setAside = metrics.counter({
      name: 'parley_event_log_dead_letters_total',
      help: 'Records that no consumer could handle and that were set aside, by topic and group.',
      labelNames: ['topic', 'group'],
    });
  }

  /** `read`: of all groups that this process reads for. */
  watchLag(read: () => readonly GroupLag[]): void {
    const labelsOf = ({ group, topic }: GroupLag) => ({ group, topic });
    this.metrics.gauge(
      { name: 'parley_event_log_lag_records', help: 'Records that wait for a group, by topic and group.', labelNames: ['topic', 'group'] },
      () => read().map((lag) => ({ labels: labelsOf(lag), value: lag.records })),
    );
    this.metrics.gauge(
      {
        name: 'parley_event_log_lag_seconds',
        help: 'Age of the oldest record that waits for a group, by topic and group. Of group messages: the oldest message that is not stored yet.',
        labelNames: ['topic', 'group'],
      },
      () => read().map((lag) => ({ labels: labelsOf(lag), value: lag.seconds })),
    );
  }

  /** A group begins to read: counters that begin with their first event would hide it from whoever looks for increases. */
  begins(topic: TopicName, group: string): void {
    this.#redelivered.inc({ topic, group }, 0);
    this.#setAside.inc({ topic, group }, 0);
  }

  /** Measures an append. */
  async append(topic: TopicName, work: Promise<void>): Promise<void> {
    const startedAt = performance.now();
    const note = (failure: string) =>
      this.#appends.observe({ messaging_destination_name: topic, error_type: failure }, (performance.now() - startedAt) / 1000);
    try {
      await work;
      note('');
    } catch (error) {
      note(failureOf(error));
      throw error;
    }
  }

  /** One request took so many records to the log. */
  wrote(records: number): void {
    this.#sent.inc(records);
    this.#writes.inc();
  }

  /** A batch of one topic was with its handler since `startedAt` (`performance.now()`). */
  handled(group: string, startedAt: number, failure: string, records: readonly HandledRecord[]): void {
    const { topic } = records[0]!;
    const labels = { messaging_destination_name: topic, messaging_consumer_group_name: group, error_type: failure };
    this.#handling.observe(labels, (performance.now() - startedAt) / 1000, records.find(({ traceparent }) => traceparent)?.traceparent);
    if (failure !== '') return;
    const now = Date.now();
    for (const { appendedAt, traceparent } of records)
      this.#delay.observe({ topic, group }, Math.max(0, now - appendedAt) / 1000, traceparent);
  }

  redelivered(topic: TopicName, group: string, records: number): void {
    this.#redelivered.inc({ topic, group }, records);
  }

  setAside(topic: TopicName, group: string): void {
    this.#setAside.inc({ topic, group });
  }
}
