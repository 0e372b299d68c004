import { Injectable } from '@nestjs/common';
import type { Queryable, Transaction } from '@parley/db';
import { RoomsDatabase } from '../db/rooms.database.js';

export interface StoredInvite {
  readonly code: string;
  readonly roomId: string;
  readonly expiresAt: string | null;
  readonly maxUses: number | null;
  readonly uses: number;
}

interface InviteRecord {
  code: string;
  room_id: string;
  expires_at: Date | null;
  max_uses: number | null;
  uses: number;
}

const COLUMNS = `code, room_id, expires_at, max_uses, uses`;
/** Neither over nor used up. */
const HOLDS = `(expires_at IS NULL OR expires_at > now()) AND (max_uses IS NULL OR uses < max_uses)`;

@Injectable()
export class InviteRepository {
  constructor(private readonly database: RoomsDatabase) {}

  /** Those that no longer hold make room for new ones. */
  async deleteSpent(transaction: Transaction, roomId: string): Promise<void> {
    await transaction.query(`DELETE FROM rooms.invites WHERE room_id = $1 AND NOT (${HOLDS})`, [roomId]);
  }

  async count(transaction: Transaction, roomId: string): Promise<number> {
    const [row] = await transaction.query<{ count: number }>(`SELECT count(*)::int AS count FROM rooms.invites WHERE room_id = $1`, [
      roomId,
    ]);
    return row!.count;
  }

  async insert(transaction: Transaction, invite: StoredInvite & { createdBy: string }): Promise<void> {
    await transaction.query(`INSERT INTO rooms.invites (code, room_id, created_by, expires_at, max_uses) VALUES ($1, $2, $3, $4, $5)`, [
      invite.code,
      invite.roomId,
      invite.createdBy,
      invite.expiresAt,
      invite.maxUses,
    ]);
  }

  /** Oldest first. */
  async list(roomId: string): Promise<StoredInvite[]> {
    const rows = await this.database.query<InviteRecord & Record<string, unknown>>(
      `SELECT ${COLUMNS} FROM rooms.invites WHERE room_id = $1 AND ${HOLDS} ORDER BY created_at, code`,
      [roomId],
    );
    return rows.map(inviteOf);
  }

  /** Whether it still holds or not: a member may come by an invitation that he has used up himself. */
  async findRoomId(code: string): Promise<string | undefined> {
    return (await this.database.query<{ room_id: string }>(`SELECT room_id FROM rooms.invites WHERE code = $1`, [code]))[0]?.room_id;
  }

  /** Counts one use. False when it does not hold: two who come for the last use come one after the other. */
  async use(transaction: Queryable, code: string): Promise<boolean> {
    const rows = await transaction.query(`UPDATE rooms.invites SET uses = uses + 1 WHERE code = $1 AND ${HOLDS} RETURNING code`, [code]);
    return rows.length > 0;
  }

  async delete(roomId: string, code: string): Promise<boolean> {
    const rows = await this.database.query(`DELETE FROM rooms.invites WHERE room_id = $1 AND code = $2 RETURNING code`, [roomId, code]);
    return rows.length > 0;
  }
}

const inviteOf = (row: InviteRecord): StoredInvite => ({
  code: row.code,
  roomId: row.room_id,
  expiresAt: row.expires_at?.toISOString() ?? null,
  maxUses: row.max_uses,
  uses: row.uses,
});
