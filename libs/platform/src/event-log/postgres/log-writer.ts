import { ParleyError, type TopicName } from '@parley/contracts';
import { backOffMs, pause } from '../back-off.js';
import { Batcher } from '../batcher.js';
import type { RawRecord } from '../batch-runner.js';
import type { EventLogMetrics } from '../event-log-metrics.js';
import { isTransientFault } from '../transient-fault.js';
import type { LogDatabase } from './log-schema.js';

export interface NewRecord {
  readonly topic: TopicName;
  readonly partition: number;
  readonly type: string;
  /** JSON of what its schema has let pass. */
  readonly payload: string;
  /** Is not stored: readers in this process find it in memory, others do not need it. */
  readonly traceparent?: string | undefined;
}

/** Called after every commit with the records of one partition, in the order of the offsets. */
export type OnAppended = (topic: TopicName, partition: number, base: number, records: readonly RawRecord[]) => void;

/**
 * One statement for a whole batch: advances the counters (which are locked by that until the commit, so offsets
 * become visible in their order), inserts the records behind them and tells the other processes.
 */
const APPEND = {
  name: 'log-append',
  text: `
    WITH slot AS (
      SELECT * FROM unnest($1::text[], $2::int[], $3::int[]) WITH ORDINALITY AS s (topic, partition, count, number)
    ), counter AS (
      UPDATE log.partitions p SET next_offset = p.next_offset + s.count FROM slot s
      WHERE p.topic = s.topic AND p.partition = s.partition
      RETURNING s.number, p.topic, p.partition, p.next_offset - s.count AS base, p.next_offset
    ), record AS (
      INSERT INTO log.records (topic, partition, record_offset, type, payload)
      SELECT c.topic, c.partition, c.base + r.position, r.type, r.payload
      FROM unnest($4::int[], $5::int[], $6::text[], string_to_array($7, chr(30))) AS r (number, position, type, payload)
      JOIN counter c ON c.number = r.number
    )
    SELECT number::int, base, pg_notify('parley_log', $8 || '/' || topic || '/' || partition || '/' || next_offset) FROM counter`,
};

/**
 * Between payloads: JSON escapes control characters, so none of them contains it. Escaping a JSON text as an element of
 * an array, and reading it back, costs both ends a third more (measured with 23 records of 300 bytes).
 */
const SEPARATOR = '\u001e';

/** Rolled back for certain: deadlock, serialisation, lock timeout. */
const ROLLED_BACK = new Set(['40P01', '40001', '55P03']);

/** Appends through a batcher with one statement in flight, so that the order of the calls is the order in the log. */
export class LogWriter {
  readonly #batcher = new Batcher<NewRecord>({ write: (records) => this.#write(records) });
  readonly counters = { appended: 0, batches: 0 };

  constructor(
    private readonly database: LogDatabase,
    /** Goes with the notifications, by which a process knows its own. */
    private readonly sender: string,
    private readonly onAppended: OnAppended,
    private readonly metrics?: EventLogMetrics,
  ) {}

  append(record: NewRecord): Promise<void> {
    return this.#batcher.add(record);
  }

  /** Writes what waits, takes nothing more. */
  close(): Promise<void> {
    return this.#batcher.close();
  }

  async #write(records: readonly NewRecord[]): Promise<void> {
    const slots = slotsOf(records);
    const numbers: number[] = [];
    const positions: number[] = [];
    const types: string[] = [];
    const payloads: string[] = [];
    slots.forEach((slot, index) =>
      slot.records.forEach((record, position) => {
        numbers.push(index + 1);
        positions.push(position);
        types.push(record.type);
        payloads.push(record.payload);
      }),
    );
    const values = [
      slots.map((slot) => slot.topic),
      slots.map((slot) => slot.partition),
      slots.map((slot) => slot.records.length),
      numbers,
      positions,
      types,
      payloads.join(SEPARATOR),
      this.sender,
    ];
    const rows = await this.#insert(values);
    if (rows.length !== slots.length) throw new Error('the event log has no such partition');
    this.counters.appended += records.length;
    this.counters.batches++;
    this.metrics?.wrote(records.length);
    const appendedAt = Date.now();
    for (const { number, base } of rows) {
      const { topic, partition, records: added } = slots[number - 1]!;
      const first = Number(base);
      this.onAppended(
        topic,
        partition,
        first,
        added.map((record, i) => ({ ...record, offset: BigInt(first + i), appendedAt, isChecked: true })),
      );
    }
  }

  async #insert(values: unknown[]): Promise<{ number: number; base: string }[]> {
    const deadline = performance.now() + 4_000;
    for (let failures = 0; ; failures++) {
      try {
        return await this.database.query<{ number: number; base: string }>({ ...APPEND, values });
      } catch (error) {
        const isRolledBack = ROLLED_BACK.has((error as { code?: string }).code ?? '');
        if (!isRolledBack || performance.now() > deadline)
          throw isTransientFault(error) ? new ParleyError('UNCONFIRMED', { cause: error }) : error;
        await pause(backOffMs(failures));
      }
    }
  }
}

interface Slot {
  readonly topic: TopicName;
  readonly partition: number;
  readonly records: NewRecord[];
}

/** By partition, in one order for all processes: two batches then cannot lock each other out. */
function slotsOf(records: readonly NewRecord[]): Slot[] {
  const slots = new Map<string, Slot>();
  for (const record of records) {
    const name = `${record.topic}/${record.partition}`;
    const slot = slots.get(name);
    if (slot) slot.records.push(record);
    else slots.set(name, { topic: record.topic, partition: record.partition, records: [record] });
  }
  if (slots.size === 1) return [...slots.values()];
  return [...slots].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, slot]) => slot);
}
