import { Injectable } from '@nestjs/common';
import { MediaDatabase } from '../db/media.database.js';

const BATCH = 100;

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

  /** Files whose bytes are to go, longest removed first. */
  async listRemoved(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM media.files WHERE state = 'removed' ORDER BY changed_at LIMIT ${BATCH}`,
    );
    return rows.map(({ id }) => id);
  }

  /** After its bytes. */
  async forget(id: string): Promise<void> {
    await this.database.query(`DELETE FROM media.files WHERE id = $1 AND state = 'removed'`, [id]);
  }
}
