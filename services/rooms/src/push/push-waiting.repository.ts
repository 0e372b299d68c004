import { Injectable } from '@nestjs/common';
import type { MessageStored } from '@parley/contracts';
import { RoomsDatabase } from '../db/rooms.database.js';

/** What is older tells nobody anything: the services were away, or the group of the consumer is new. */
const STALE_AFTER = `interval '1 hour'`;
const LATE_AFTER = `interval '10 seconds'`;

export interface WaitingPush {
  readonly roomId: string;
  readonly seq: number;
  readonly messageId: string;
  /** Still unread, and what the reader wants to be told of. */
  readonly isWanted: boolean;
  /** It was due some time ago: too much came at once, or the push service was away. */
  readonly isLate: boolean;
}

/** Who is to be told what. No text is kept here. */
@Injectable()
export class PushWaitingRepository {
  constructor(private readonly database: RoomsDatabase) {}

  /** Which of these rooms are private chats. */
  async findDirect(roomIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>({
      name: 'rooms-find-direct',
      text: `SELECT id FROM rooms.rooms WHERE id = ANY($1::uuid[]) AND kind = 'direct'`,
      values: [roomIds],
    });
    return new Set(rows.map(({ id }) => id));
  }

  /**
   * Puts messages down for the devices of those whom they are for: the other one of a private chat, who is mentioned, and
   * for `@everyone` all members; not for those who have muted the room or read so far. May be repeated.
   */
  async add(messages: readonly MessageStored[], delayMs: number): Promise<void> {
    const news = messages.map(({ roomId, seq, messageId, senderId, createdAt, mentions }) => ({
      roomId,
      seq,
      messageId,
      senderId,
      createdAt,
      named: mentions.userIds,
      everyone: mentions.everyone,
    }));
    await this.database.query({
      name: 'rooms-add-waiting-pushes',
      text: `
        WITH news AS MATERIALIZED (
          SELECT * FROM jsonb_to_recordset($1::jsonb)
            AS news ("roomId" uuid, seq bigint, "messageId" uuid, "senderId" uuid, "createdAt" timestamptz, named uuid[], everyone boolean)
          WHERE "createdAt" > now() - ${STALE_AFTER}
        ), readers AS (
          SELECT "roomId", seq, "messageId", "senderId", unnest(named) AS user_id FROM news
          UNION
          SELECT "roomId", seq, "messageId", "senderId", unnest(ARRAY[direct_low, direct_high])
          FROM news JOIN rooms.rooms AS room ON room.id = "roomId" AND room.kind = 'direct'
          UNION
          SELECT "roomId", seq, "messageId", "senderId", device.user_id
          FROM news JOIN rooms.push_devices AS device ON everyone
        ), added AS (
          INSERT INTO rooms.push_waiting (session_id, room_id, seq, message_id, at)
          SELECT device.session_id, "roomId", seq, "messageId", now() + $2::int * interval '1 ms'
          FROM readers
          JOIN rooms.members AS member ON member.room_id = "roomId" AND member.user_id = readers.user_id
          JOIN rooms.push_devices AS device ON device.user_id = readers.user_id
          WHERE readers.user_id <> "senderId" AND seq > read_seq AND notify <> 'none' AND (muted_until IS NULL OR muted_until <= now())
          ON CONFLICT DO NOTHING RETURNING session_id, at
        ), next AS (SELECT session_id, min(at) AS at FROM added GROUP BY session_id)
        UPDATE rooms.push_devices AS device SET next_at = least(coalesce(device.next_at, next.at), next.at)
        FROM next WHERE next.session_id = device.session_id`,
      values: [JSON.stringify(news), delayMs],
    });
  }

  /** Whose time has come; in the order of each room. */
  async listDue(sessionId: string, userId: string): Promise<WaitingPush[]> {
    const rows = await this.database.query<{ room_id: string; seq: string; message_id: string; is_wanted: boolean; is_late: boolean }>({
      name: 'rooms-list-due-pushes',
      text: `SELECT waiting.room_id, seq, message_id, at < now() - ${LATE_AFTER} AS is_late,
               at > now() - ${STALE_AFTER} AND coalesce(seq > read_seq AND notify <> 'none' AND (muted_until IS NULL OR muted_until <= now()), false) AS is_wanted
             FROM rooms.push_waiting AS waiting LEFT JOIN rooms.members AS member ON member.room_id = waiting.room_id AND member.user_id = $2
             WHERE session_id = $1 AND at <= now() ORDER BY waiting.room_id, seq`,
      values: [sessionId, userId],
    });
    return rows.map((row) => ({
      roomId: row.room_id,
      seq: Number(row.seq),
      messageId: row.message_id,
      isWanted: row.is_wanted,
      isLate: row.is_late,
    }));
  }

  async remove(sessionId: string, pushes: readonly WaitingPush[]): Promise<void> {
    if (pushes.length === 0) return;
    await this.database.query(
      `DELETE FROM rooms.push_waiting WHERE session_id = $1 AND (room_id, seq) IN (SELECT * FROM unnest($2::uuid[], $3::bigint[]))`,
      [sessionId, pushes.map(({ roomId }) => roomId), pushes.map(({ seq }) => seq)],
    );
  }
}
