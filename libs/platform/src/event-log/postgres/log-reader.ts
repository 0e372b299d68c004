import { TOPICS, TOPIC_NAMES, type TopicName } from '@parley/contracts';
import type { RawRecord } from '../batch-runner.js';
import type { LogDatabase } from './log-schema.js';
import type { LogHeads } from './log-heads.js';
import { RecordRing } from './record-ring.js';

/** Where a reader stands in a partition: the offset of the record that it has not seen yet. */
export interface ReadPosition {
  readonly partition: number;
  readonly position: number;
}

export interface ReadResult {
  readonly records: readonly RawRecord[];
  /** Behind the last record read; beyond the position also where records were trimmed. */
  readonly next: number;
}

interface RecordRow extends Record<string, unknown> {
  partition: number;
  record_offset: string;
  type: string;
  payload: string;
  /** Ms since 1970. */
  appended_at: number;
}

const READ = {
  name: 'log-read',
  text: `
    SELECT r.partition, r.record_offset, r.type, r.payload, (extract(epoch FROM r.appended_at) * 1000)::float8 AS appended_at
    FROM unnest($2::int[], $3::bigint[]) AS p (partition, position)
    CROSS JOIN LATERAL (
      SELECT * FROM log.records
      WHERE topic = $1 AND partition = p.partition AND record_offset >= p.position
      ORDER BY record_offset LIMIT $4
    ) r
    ORDER BY r.partition, r.record_offset`,
};

/** Reads records for all readers of this process: out of memory at the head of the log, else from the table. */
export class LogReader {
  readonly #rings = new Map<TopicName, readonly RecordRing[]>(
    TOPIC_NAMES.map((topic) => [topic, Array.from({ length: TOPICS[topic].partitions }, () => new RecordRing())]),
  );
  readonly counters = { fromMemory: 0, fromTable: 0 };

  constructor(
    private readonly database: LogDatabase,
    private readonly heads: LogHeads,
  ) {}

  /** Records that this process has just committed. */
  keep(topic: TopicName, partition: number, base: number, records: readonly RawRecord[]): void {
    this.#ring(topic, partition).push(base, records);
  }

  /** At most `max` records per position; the results stand in the order of the positions. */
  async read(topic: TopicName, positions: readonly ReadPosition[], max: number): Promise<ReadResult[]> {
    const results = positions.map(({ partition, position }) => {
      const records = this.#ring(topic, partition).read(position, max);
      if (records) this.counters.fromMemory += records.length;
      return records && { records, next: position + records.length };
    });
    const missing = positions.filter((_, index) => !results[index]);
    if (missing.length === 0) return results as ReadResult[];
    const selected = await this.#select(topic, missing, max);
    return results.map((result, index) => result ?? selected[missing.indexOf(positions[index]!)]!);
  }

  /** Asks how far the partitions reach now. */
  async ends(topic: TopicName): Promise<number[]> {
    const rows = await this.database.query<{ partition: number; next_offset: string }>(
      'SELECT partition, next_offset FROM log.partitions WHERE topic = $1 ORDER BY partition',
      [topic],
    );
    const ends = rows.map((row) => Number(row.next_offset));
    ends.forEach((end, partition) => this.heads.advance(topic, partition, end));
    return ends;
  }

  async #select(topic: TopicName, positions: readonly ReadPosition[], max: number): Promise<ReadResult[]> {
    const ends = positions.map(({ partition }) => this.heads.end(topic, partition));
    const rows = await this.database.query<RecordRow>({
      ...READ,
      values: [topic, positions.map((entry) => entry.partition), positions.map((entry) => entry.position), max],
    });
    this.counters.fromTable += rows.length;
    return positions.map(({ partition, position }, index) => {
      const records = rows
        .filter((row) => row.partition === partition)
        .map((row) => ({
          topic,
          partition,
          offset: BigInt(row.record_offset),
          type: row.type,
          payload: row.payload,
          appendedAt: row.appended_at,
        }));
      const last = records.at(-1);
      const behindLast = last ? Number(last.offset) + 1 : position;
      if (records.length < max) return { records, next: Math.max(behindLast, ends[index]!) };
      return { records, next: behindLast };
    });
  }

  #ring(topic: TopicName, partition: number): RecordRing {
    const ring = this.#rings.get(topic)?.[partition];
    if (!ring) throw new Error(`the event log has no partition ${partition} of ${topic}`);
    return ring;
  }
}
