import { Injectable } from '@nestjs/common';
import { MediaDatabase } from '../db/media.database.js';

const BATCH = 100;
/** With $1 for how long an upload may be on its way. */
const SETTLED = `(sha256 IS NOT NULL OR changed_at < now() - $1 * interval '1 ms')`;

/** What is left over, by age. Ages are those of the database's clock, in milliseconds. */
@Injectable()
export class SweepRepository {
  constructor(private readonly database: MediaDatabase) {}

  async now(): Promise<Date> {
    const [row] = await this.database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    return row!.now;
  }

  /** Uploads that never ended and files that were never used are to go. Answers how many. */
  async removeOld({ pendingMs, unusedMs }: { pendingMs: number; unusedMs: number }): Promise<number> {
    const rows = await this.database.query(
      `UPDATE media.files SET state = 'removed', changed_at = now()
       WHERE (state = 'pending' AND changed_at < now() - $1 * interval '1 ms') OR (state = 'ready' AND changed_at < now() - $2 * interval '1 ms')
       RETURNING 1`,
      [pendingMs, unusedMs],
    );
    return rows.length;
  }

  /** Files that were set aside before `before`, for a message or profile that the log does not have, are free again. */
  async release(before: Date): Promise<number> {
    const rows = await this.database.query(
      `UPDATE media.files SET state = 'ready', changed_at = now(), room_id = NULL, message_id = NULL, position = NULL, is_avatar = false
       WHERE state = 'attached' AND confirmed_at IS NULL AND changed_at < $1 RETURNING 1`,
      [before],
    );
    return rows.length;
  }

  async hasUnconfirmed(before: Date): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 FROM media.files WHERE state = 'attached' AND confirmed_at IS NULL AND changed_at < $1 LIMIT 1`,
      [before],
    );
    return rows.length > 0;
  }

  /** Files whose bytes are to go, longest removed first; of those that never arrived, only when nothing can be arriving any more. */
  async listRemoved(pendingMs: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM media.files WHERE state = 'removed' AND ${SETTLED} ORDER BY changed_at LIMIT ${BATCH}`,
      [pendingMs],
    );
    return rows.map(({ id }) => id);
  }

  /** After its bytes. The row of an upload that failed stays a while: a store may take in what it was sent after it was told to delete it. */
  async forget(id: string, pendingMs: number): Promise<void> {
    await this.database.query(`DELETE FROM media.files WHERE id = $2 AND state = 'removed' AND ${SETTLED}`, [pendingMs, id]);
  }
}
