import { Injectable } from '@nestjs/common';
import type { Transaction } from '@parley/db';
import { RoomsDatabase } from '../db/rooms.database.js';
import { eraAfterMoveTo } from '../read-markers/read-marker.repository.js';
import type { RoomAdvance, RoomCount, RoomRestart, SenderAdvance } from './stored-fold.js';

@Injectable()
export class HeadRepository {
  constructor(private readonly database: RoomsDatabase) {}

  async findKnownIds(roomIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>({
      name: 'rooms-known-ids',
      text: `SELECT id FROM rooms.rooms WHERE id = ANY($1::uuid[])`,
      values: [roomIds],
    });
    return new Set(rows.map(({ id }) => id));
  }

  /** Locks the rooms in one order, before any membership: the order that everybody keeps to. */
  async lockCounts(transaction: Transaction, roomIds: readonly string[]): Promise<RoomCount[]> {
    const rows = await transaction.query<{ id: string; epoch: number; head: string; system_count: string; last_system_seq: string }>(
      `SELECT id, epoch, head, system_count, last_system_seq FROM rooms.rooms WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
      [roomIds],
    );
    return rows.map((row) => ({
      roomId: row.id,
      epoch: row.epoch,
      head: Number(row.head),
      systemCount: Number(row.system_count),
      lastSystemSeq: Number(row.last_system_seq),
    }));
  }

  async advanceRooms(transaction: Transaction, rooms: readonly RoomAdvance[]): Promise<void> {
    if (rooms.length === 0) return;
    await transaction.query(
      `UPDATE rooms.rooms AS room
       SET epoch = new.epoch, head = new.head, system_count = new.system_count, last_system_seq = new.last_system_seq,
           last_sender_id = new.sender_id, last_preview = new.preview, last_announcement = new.announcement::jsonb,
           last_at = new.at, active_at = now()
       FROM unnest($1::uuid[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::uuid[], $7::text[], $8::text[], $9::timestamptz[])
         AS new (room_id, epoch, head, system_count, last_system_seq, sender_id, preview, announcement, at)
       WHERE room.id = new.room_id`,
      [
        rooms.map(({ roomId }) => roomId),
        rooms.map(({ epoch }) => epoch),
        rooms.map(({ head }) => head),
        rooms.map(({ systemCount }) => systemCount),
        rooms.map(({ lastSystemSeq }) => lastSystemSeq),
        rooms.map(({ senderId }) => senderId),
        rooms.map(({ preview }) => preview),
        rooms.map(({ announcement }) => announcement && JSON.stringify(announcement)),
        rooms.map(({ at }) => at),
      ],
    );
  }

  /**
   * Counts own messages. A sender who has nothing unread before his last one of the batch has read up to it: the marker
   * follows. (Counts are exact however the stream is cut into batches; how far the marker follows may depend on it.)
   */
  async advanceSenders(transaction: Transaction, senders: readonly SenderAdvance[]): Promise<void> {
    if (senders.length === 0) return;
    await transaction.query(
      `UPDATE rooms.members AS member
       SET own_count = own_count + new.count, last_own_seq = new.last_seq,
           read_seq = CASE WHEN new.last_seq - new.system_count - (own_count + new.count) <= read_foreign THEN GREATEST(read_seq, new.last_seq) ELSE read_seq END
       FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[]) AS new (room_id, user_id, count, last_seq, system_count)
       WHERE member.room_id = new.room_id AND member.user_id = new.user_id`,
      [
        senders.map(({ roomId }) => roomId),
        senders.map(({ userId }) => userId),
        senders.map(({ count }) => count),
        senders.map(({ lastSeq }) => lastSeq),
        senders.map(({ systemCount }) => systemCount),
      ],
    );
  }

  /** All members of these rooms have read everything before the base; nothing older can be told apart any more. */
  async restartMarkers(transaction: Transaction, restarts: readonly RoomRestart[]): Promise<void> {
    for (const { roomId, base } of restarts)
      await transaction.query(
        `UPDATE rooms.members AS member SET read_seq = $2::bigint, read_foreign = $2::bigint, own_count = 0, last_own_seq = $2::bigint,
           read_era = ${eraAfterMoveTo('$2::bigint')} WHERE room_id = $1`,
        [roomId, base],
      );
  }
}
