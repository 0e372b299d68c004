import { Logger } from '@nestjs/common';
import type { TopicName } from '@parley/contracts';
import type { LogDatabase } from './log-schema.js';

const COMMIT_INTERVAL_MS = 1_000;

interface Offset {
  readonly group: string;
  readonly topic: TopicName;
  readonly partition: number;
  next: number;
}

/** How far each group has come. Offsets only grow; what is noted is written at most once per second. */
export class OffsetStore {
  readonly #logger = new Logger(OffsetStore.name);
  #dirty = new Map<string, Offset>();
  readonly #hooks = new Map<string, Set<() => Promise<void>>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly database: LogDatabase) {}

  /** Where the group goes on in these partitions; makes a new group known, which then begins at 0. */
  async claim(group: string, topic: TopicName, partitions: readonly number[]): Promise<Map<number, number>> {
    const rows = await this.database.query<{ partition: number; next_offset: string }>(
      `INSERT INTO log.offsets (consumer_group, topic, partition, next_offset)
       SELECT $1, $2, p, 0 FROM unnest($3::int[]) p
       ON CONFLICT (consumer_group, topic, partition) DO UPDATE SET seen_at = now()
       RETURNING partition, next_offset`,
      [group, topic, partitions],
    );
    return new Map(rows.map((row) => [row.partition, Number(row.next_offset)]));
  }

  async find(group: string, topic: TopicName): Promise<Map<number, number>> {
    const rows = await this.database.query<{ partition: number; next_offset: string }>(
      'SELECT partition, next_offset FROM log.offsets WHERE consumer_group = $1 AND topic = $2',
      [group, topic],
    );
    return new Map(rows.map((row) => [row.partition, Number(row.next_offset)]));
  }

  note(group: string, topic: TopicName, partition: number, next: number): void {
    const name = `${group}/${topic}/${partition}`;
    const offset = this.#dirty.get(name);
    if (!offset) this.#dirty.set(name, { group, topic, partition, next });
    else if (next > offset.next) offset.next = next;
    this.#timer ??= setTimeout(() => void this.#flushLater(), COMMIT_INTERVAL_MS);
  }

  /** Calls `hook` before offsets of the group move. Returns a function that ends this. */
  beforeCommit(group: string, hook: () => Promise<void>): () => void {
    const hooks = this.#hooks.get(group) ?? new Set();
    this.#hooks.set(group, hooks.add(hook));
    return () => hooks.delete(hook);
  }

  /** Offsets of the group that were not written are not to be: what was handled since will be handled again. */
  discard(group: string): void {
    for (const [name, offset] of this.#dirty) if (offset.group === group) this.#dirty.delete(name);
  }

  /** Writes what was noted; rejects, and keeps it for the next time, when that fails for any group. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const byGroup = Map.groupBy(this.#dirty.values(), ({ group }) => group);
    if (byGroup.size === 0) return;
    this.#dirty = new Map();
    const settled = await Promise.allSettled([...byGroup].map(([group, offsets]) => this.#flushGroup(group, offsets)));
    const failure = settled.find((outcome) => outcome.status === 'rejected');
    if (failure) throw failure.reason;
  }

  async #flushGroup(group: string, offsets: readonly Offset[]): Promise<void> {
    try {
      await Promise.all([...(this.#hooks.get(group) ?? [])].map((hook) => hook()));
      await this.database.query({
        name: 'log-commit',
        text: `
          INSERT INTO log.offsets AS o (consumer_group, topic, partition, next_offset)
          SELECT $1, * FROM unnest($2::text[], $3::int[], $4::bigint[])
          ON CONFLICT (consumer_group, topic, partition)
          DO UPDATE SET next_offset = GREATEST(o.next_offset, EXCLUDED.next_offset), seen_at = now()`,
        values: [group, offsets.map((o) => o.topic), offsets.map((o) => o.partition), offsets.map((o) => o.next)],
      });
    } catch (error) {
      for (const { topic, partition, next } of offsets) this.note(group, topic, partition, next);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#flushLater();
    clearTimeout(this.#timer);
  }

  async #flushLater(): Promise<void> {
    try {
      await this.flush();
    } catch (error) {
      this.#logger.warn(`offsets could not be committed, the next second tries again: ${(error as Error).message}`);
    }
  }
}
