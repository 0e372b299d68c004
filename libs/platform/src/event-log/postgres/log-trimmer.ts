import { Logger } from '@nestjs/common';
import type { LogDatabase } from './log-schema.js';

export interface TrimOptions {
  /** Records are kept at least this long, whoever has consumed them. */
  readonly retentionMs: number;
  readonly intervalMs: number;
  /** Records deleted by one statement. */
  readonly step: number;
  /** A group of which nothing was seen for so long no longer holds records back. */
  readonly forgetGroupsAfterMs: number;
}

export const TRIM_DEFAULTS: TrimOptions = {
  retentionMs: 3_600_000,
  intervalMs: 60_000,
  step: 1_000,
  forgetGroupsAfterMs: 30 * 86_400_000,
};

/** Deletes records that every group has consumed, in small steps, so that neither the table nor a lock grows. */
export class LogTrimmer {
  readonly #logger = new Logger(LogTrimmer.name);
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: LogDatabase,
    private readonly options: TrimOptions,
    /** Groups with members in this process, as `[group, topic]`. */
    private readonly localGroups: () => readonly (readonly [string, string])[],
  ) {}

  start(): void {
    this.#timer = setInterval(() => {
      this.#work = this.trim().catch((error: Error) => this.#logger.warn(`the log could not be trimmed: ${error.message}`));
    }, this.options.intervalMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#work;
  }

  /** Deletes all that may go; resolves with the number of records. */
  async trim(): Promise<number> {
    await this.#markGroups();
    const partitions = await this.database.query<{ topic: string; partition: number; consumed: string }>(
      `SELECT p.topic, p.partition, COALESCE(min(o.next_offset), p.next_offset) AS consumed
       FROM log.partitions p LEFT JOIN log.offsets o USING (topic, partition) GROUP BY p.topic, p.partition`,
    );
    let trimmed = 0;
    for (const { topic, partition, consumed } of partitions) {
      for (let deleted = this.options.step; deleted === this.options.step; trimmed += deleted) {
        const rows = await this.database.query<{ count: number }>(
          `WITH gone AS (
             DELETE FROM log.records WHERE topic = $1 AND partition = $2 AND record_offset IN (
               SELECT record_offset FROM (
                 SELECT record_offset, appended_at FROM log.records
                 WHERE topic = $1 AND partition = $2 AND record_offset < $3 ORDER BY record_offset LIMIT $4
               ) oldest WHERE appended_at < now() - $5 * interval '1 millisecond'
             ) RETURNING 1
           ) SELECT count(*)::int AS count FROM gone`,
          [topic, partition, consumed, this.options.step, this.options.retentionMs],
        );
        deleted = rows[0]?.count ?? 0;
      }
    }
    return trimmed;
  }

  async #markGroups(): Promise<void> {
    const groups = this.localGroups();
    await this.database.query(
      `UPDATE log.offsets SET seen_at = now() FROM unnest($1::text[], $2::text[]) AS g (name, topic)
       WHERE consumer_group = g.name AND offsets.topic = g.topic AND seen_at < now() - interval '1 hour'`,
      [groups.map(([name]) => name), groups.map(([, topic]) => topic)],
    );
    await this.database.query(`DELETE FROM log.offsets WHERE seen_at < now() - $1 * interval '1 millisecond'`, [
      this.options.forgetGroupsAfterMs,
    ]);
  }
}
