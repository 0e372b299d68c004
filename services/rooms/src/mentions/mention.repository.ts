import { Injectable } from '@nestjs/common';
import type { MessageChanged, MessageStored } from '@parley/contracts';
import type { Transaction } from '@parley/db';
import { previewOf } from '@parley/markdown/parser';
import { RoomsDatabase } from '../db/rooms.database.js';
import type { RoomRestart } from '../heads/stored-fold.js';

/** Stands for everyone in the room. */
const EVERYONE = '00000000-0000-0000-0000-000000000000';

/** Counts messages, not names: somebody may be meant twice by one. What one wrote oneself never counts. */
const COUNT_UNREAD = `
  SELECT mention.room_id, count(DISTINCT mention.seq)::int AS count
  FROM rooms.members AS member
  JOIN rooms.mentions AS mention
    ON mention.room_id = member.room_id AND mention.user_id IN (member.user_id, '${EVERYONE}') AND mention.seq > member.read_seq
  WHERE member.user_id = $1 AND mention.sender_id IS DISTINCT FROM $1`;

@Injectable()
export class MentionRepository {
  constructor(private readonly database: RoomsDatabase) {}

  /** Unread mentions of a person; rooms without any are left out. */
  async countUnread(userId: string): Promise<Map<string, number>> {
    const rows = await this.database.query<{ room_id: string; count: number }>({
      name: 'rooms-count-mentions',
      text: `${COUNT_UNREAD} GROUP BY mention.room_id`,
      values: [userId],
    });
    return new Map(rows.map(({ room_id, count }) => [room_id, count]));
  }

  async countUnreadIn(roomId: string, userId: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>({
      name: 'rooms-count-mentions-in-room',
      text: `${COUNT_UNREAD} AND member.room_id = $2 GROUP BY mention.room_id`,
      values: [userId, roomId],
    });
    return row?.count ?? 0;
  }

  /** Positions of unread mentions with `after < seq <= upTo`, ascending. */
  async listUnreadIn(roomId: string, userId: string, after: number, upTo: number, limit: number): Promise<number[]> {
    const rows = await this.database.query<{ seq: string }>({
      name: 'rooms-list-mentions-in-room',
      text: `SELECT DISTINCT seq FROM rooms.mentions
             WHERE room_id = $1 AND user_id IN ($2, '${EVERYONE}') AND sender_id IS DISTINCT FROM $2 AND seq > $3 AND seq <= $4
             ORDER BY seq LIMIT $5`,
      values: [roomId, userId, after, upTo, limit],
    });
    return rows.map(({ seq }) => Number(seq));
  }

  /** Of messages that are counted for the first time. */
  async add(transaction: Transaction, messages: readonly (MessageStored | MessageChanged)[]): Promise<void> {
    const mentions = messages.flatMap((message) =>
      [...message.mentions.userIds, ...(message.mentions.everyone ? [EVERYONE] : [])].map((userId) => ({ userId, message })),
    );
    if (mentions.length === 0) return;
    await transaction.query(
      `INSERT INTO rooms.mentions (user_id, room_id, seq, sender_id) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[])
       ON CONFLICT DO NOTHING`,
      [
        mentions.map(({ userId }) => userId),
        mentions.map(({ message }) => message.roomId),
        mentions.map(({ message }) => message.seq),
        mentions.map(({ message }) => message.senderId),
      ],
    );
  }

  /**
   * What messages say now, in the place of what they said: whom they mention, and what the room's line shows if it is
   * about one of them. Facts that are older than what is known change nothing. The rooms must be locked.
   */
  async replace(transaction: Transaction, changes: readonly (MessageStored | MessageChanged)[]): Promise<void> {
    const newest = new Map<string, MessageStored | MessageChanged>();
    for (const change of changes) {
      const key = `${change.roomId}:${change.seq}`;
      if (change.rev > (newest.get(key)?.rev ?? 0)) newest.set(key, change);
    }
    const all = [...newest.values()];
    if (all.length === 0) return;
    const rows = await transaction.query<{ room_id: string; seq: string }>(
      `INSERT INTO rooms.changed_messages AS known (room_id, seq, rev) SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::int[])
       ON CONFLICT (room_id, seq) DO UPDATE SET rev = excluded.rev WHERE known.rev < excluded.rev RETURNING room_id, seq`,
      [all.map(({ roomId }) => roomId), all.map(({ seq }) => seq), all.map(({ rev }) => rev)],
    );
    const isNews = new Set(rows.map(({ room_id, seq }) => `${room_id}:${seq}`));
    const news = all.filter(({ roomId, seq }) => isNews.has(`${roomId}:${seq}`));
    if (news.length === 0) return;
    const places = [news.map(({ roomId }) => roomId), news.map(({ seq }) => seq)];
    await transaction.query(
      `DELETE FROM rooms.mentions AS mention USING unnest($1::uuid[], $2::bigint[]) AS gone (room_id, seq)
       WHERE mention.room_id = gone.room_id AND mention.seq = gone.seq`,
      places,
    );
    await this.add(transaction, news);
    await transaction.query(
      `UPDATE rooms.rooms AS room
       SET last_preview = new.preview, last_announcement = CASE WHEN new.preview = '' THEN NULL ELSE last_announcement END
       FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS new (room_id, seq, preview)
       WHERE room.id = new.room_id AND room.head = new.seq`,
      [...places, news.map((message) => previewOf(message))],
    );
  }

  /** History begins anew after `base`: what stood there is gone. */
  async restart(transaction: Transaction, restarts: readonly RoomRestart[]): Promise<void> {
    for (const { roomId, base } of restarts)
      for (const table of ['mentions', 'changed_messages'])
        await transaction.query(`DELETE FROM rooms.${table} WHERE room_id = $1 AND seq > $2`, [roomId, base]);
  }
}
