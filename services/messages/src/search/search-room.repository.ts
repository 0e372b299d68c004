import { Injectable } from '@nestjs/common';
import { MessagesDatabase } from '../db/messages.database.js';

export interface SearchRoom {
  readonly roomId: string;
  readonly isPublic: boolean;
}

/** Which rooms are public, as far as this service has heard. It only narrows what is looked at: `RoomAccess` decides who may read. */
@Injectable()
export class SearchRoomRepository {
  constructor(private readonly database: MessagesDatabase) {}

  /** Later entries of the list are newer. */
  async upsert(rooms: readonly SearchRoom[]): Promise<void> {
    await this.write([...new Map(rooms.map((room) => [room.roomId, room])).values()], 'DO UPDATE SET is_public = excluded.is_public');
  }

  /** An answer to a question may be older than an event that came meanwhile: it never replaces one. */
  async insertMissing(rooms: readonly SearchRoom[]): Promise<void> {
    await this.write(rooms, 'DO NOTHING');
  }

  /** Rooms with messages of which nothing was heard, each with somebody who has written there. */
  async listUnknown(limit: number): Promise<{ roomId: string; userId: string }[]> {
    const rows = await this.database.query<{ room_id: string; sender_id: string }>(
      `SELECT head.room_id, written.sender_id FROM messages.room_heads AS head
       JOIN LATERAL (SELECT sender_id FROM messages.messages AS message WHERE message.room_id = head.room_id AND sender_id IS NOT NULL ORDER BY seq LIMIT 1) AS written ON true
       WHERE NOT EXISTS (SELECT FROM messages.search_rooms AS known WHERE known.room_id = head.room_id) LIMIT $1`,
      [limit],
    );
    return rows.map((row) => ({ roomId: row.room_id, userId: row.sender_id }));
  }

  /** Messages in all public rooms, deleted ones and those of the system included. */
  async countPublic(): Promise<number> {
    return this.count(`JOIN messages.search_rooms USING (room_id) WHERE is_public`);
  }

  /** The same for these rooms. */
  async countIn(roomIds: readonly string[]): Promise<number> {
    return roomIds.length === 0 ? 0 : this.count(`WHERE room_id = ANY($1::uuid[])`, [roomIds]);
  }

  private async count(where: string, values: unknown[] = []): Promise<number> {
    const [record] = await this.database.query<{ count: string }>(
      `SELECT coalesce(sum(last_seq), 0)::text AS count FROM messages.room_heads ${where}`,
      values,
    );
    return Number(record?.count ?? 0);
  }

  private async write(rooms: readonly SearchRoom[], onConflict: string): Promise<void> {
    if (rooms.length === 0) return;
    await this.database.query(
      `INSERT INTO messages.search_rooms (room_id, is_public) SELECT * FROM unnest($1::uuid[], $2::boolean[]) AS new (room_id, is_public)
       ORDER BY room_id ON CONFLICT (room_id) ${onConflict}`,
      [rooms.map(({ roomId }) => roomId), rooms.map(({ isPublic }) => isPublic)],
    );
  }
}
