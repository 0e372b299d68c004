import { Injectable } from '@nestjs/common';
import type { Transaction } from '@parley/db';
import { RoomsDatabase } from '../db/rooms.database.js';

/** Old ones that are forgotten with each new one. */
const FORGOTTEN_AT_A_TIME = 10;

/** Kept beside memberships, so that nobody gets his word back by leaving and coming again. */
@Injectable()
export class MuteRepository {
  constructor(private readonly database: RoomsDatabase) {}

  /** Of these rooms, those in which the person may not write now: until when. */
  async listUntil(userId: string, roomIds: readonly string[]): Promise<Map<string, Date>> {
    const rows = await this.database.query<{ room_id: string; until: Date }>({
      name: 'rooms-list-mutes',
      text: `SELECT room_id, until FROM rooms.mutes WHERE room_id = ANY($2::uuid[]) AND user_id = $1 AND until > now()`,
      values: [userId, roomIds],
    });
    return new Map(rows.map(({ room_id, until }) => [room_id, until]));
  }

  /** `until` null: no longer. */
  async set(transaction: Transaction, mute: { roomId: string; userId: string; mutedBy: string; until: string | null }): Promise<void> {
    await transaction.query(
      `INSERT INTO rooms.mutes (room_id, user_id, muted_by, until) VALUES ($1, $2, $3, coalesce($4::timestamptz, now()))
       ON CONFLICT (room_id, user_id) DO UPDATE SET muted_by = excluded.muted_by, until = excluded.until`,
      [mute.roomId, mute.userId, mute.mutedBy, mute.until],
    );
    await transaction.query(
      `DELETE FROM rooms.mutes WHERE (room_id, user_id) IN (
         SELECT room_id, user_id FROM rooms.mutes WHERE until <= now() ORDER BY until LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [FORGOTTEN_AT_A_TIME],
    );
  }
}
