import { Injectable } from '@nestjs/common';
import type { User } from '@parley/contracts';
import type { Transaction } from '@parley/db';
import { RoomsDatabase } from '../db/rooms.database.js';

export interface BanPosition {
  readonly createdAt: string;
  readonly userId: string;
}

export interface ListedBan extends BanPosition {
  readonly user: User;
  readonly bannedBy: string;
}

@Injectable()
export class BanRepository {
  constructor(private readonly database: RoomsDatabase) {}

  /** False when the person is banned already. */
  async insert(transaction: Transaction, ban: { roomId: string; userId: string; bannedBy: string }): Promise<boolean> {
    const rows = await transaction.query(
      `INSERT INTO rooms.bans (room_id, user_id, banned_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING user_id`,
      [ban.roomId, ban.userId, ban.bannedBy],
    );
    return rows.length > 0;
  }

  async delete(transaction: Transaction, roomId: string, userId: string): Promise<void> {
    await transaction.query(`DELETE FROM rooms.bans WHERE room_id = $1 AND user_id = $2`, [roomId, userId]);
  }

  /** Newest first. */
  async listPage(roomId: string, after: BanPosition | undefined, limit: number): Promise<ListedBan[]> {
    const rows = await this.database.query<{ user_id: string; banned_by: string; created_at: Date; profile: User }>(
      `SELECT user_id, banned_by, created_at, profile FROM rooms.bans JOIN rooms.people ON people.id = user_id
       WHERE room_id = $1 ${after ? `AND (created_at < $3::timestamptz OR created_at = $3::timestamptz AND user_id > $4::uuid)` : ''}
       ORDER BY created_at DESC, user_id LIMIT $2`,
      [roomId, limit, ...(after ? [after.createdAt, after.userId] : [])],
    );
    return rows.map((row) => ({
      userId: row.user_id,
      user: row.profile,
      bannedBy: row.banned_by,
      createdAt: row.created_at.toISOString(),
    }));
  }
}
