import { Injectable } from '@nestjs/common';
import type { RoomQuestion } from '@parley/chat';
import { RoomsDatabase } from '../db/rooms.database.js';
import type { Tally } from './unread.js';

export interface Marker {
  readonly readSeq: number;
  readonly readForeign: number;
}

@Injectable()
export class ReadMarkerRepository {
  constructor(private readonly database: RoomsDatabase) {}

  /** Room and membership in one snapshot. undefined for those who are not members. */
  async findTally(roomId: string, userId: string): Promise<Tally | undefined> {
    const [row] = await this.database.query<
      Record<'head' | 'system_count' | 'last_system_seq' | 'read_seq' | 'read_foreign' | 'own_count' | 'last_own_seq', string>
    >({
      name: 'rooms-find-tally',
      text: `SELECT head, system_count, last_system_seq, read_seq, read_foreign, own_count, last_own_seq
             FROM rooms.members JOIN rooms.rooms ON id = room_id WHERE room_id = $1 AND user_id = $2`,
      values: [roomId, userId],
    });
    return (
      row && {
        head: Number(row.head),
        systemCount: Number(row.system_count),
        lastSystemSeq: Number(row.last_system_seq),
        readSeq: Number(row.read_seq),
        readForeign: Number(row.read_foreign),
        ownCount: Number(row.own_count),
        lastOwnSeq: Number(row.last_own_seq),
      }
    );
  }

  /** In the order of the questions; 0 for those who are not members: they have no marker. */
  async listReadSeqs(questions: readonly RoomQuestion[]): Promise<number[]> {
    const rows = await this.database.query<{ read_seq: string }>({
      name: 'rooms-list-read-seqs',
      text: `SELECT coalesce(read_seq, 0) AS read_seq
             FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS asked (room_id, user_id, place)
             LEFT JOIN rooms.members AS member ON member.room_id = asked.room_id AND member.user_id = asked.user_id
             ORDER BY place`,
      values: [questions.map(({ roomId }) => roomId), questions.map(({ userId }) => userId)],
    });
    return rows.map((row) => Number(row.read_seq));
  }

  /** False when the marker stands there or further already. */
  async moveForward(roomId: string, userId: string, { readSeq, readForeign }: Marker): Promise<boolean> {
    const rows = await this.database.query({
      name: 'rooms-move-marker',
      text: `UPDATE rooms.members SET read_seq = $3, read_foreign = $4 WHERE room_id = $1 AND user_id = $2 AND read_seq < $3 RETURNING read_seq`,
      values: [roomId, userId, readSeq, readForeign],
    });
    return rows.length > 0;
  }

  async set(roomId: string, userId: string, { readSeq, readForeign }: Marker): Promise<void> {
    await this.database.query(`UPDATE rooms.members SET read_seq = $3, read_foreign = $4 WHERE room_id = $1 AND user_id = $2`, [
      roomId,
      userId,
      readSeq,
      readForeign,
    ]);
  }
}
