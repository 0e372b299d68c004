import { Injectable } from '@nestjs/common';
import { LIMITS, type Draft } from '@parley/contracts';
import { RoomsDatabase } from '../db/rooms.database.js';

export interface NewDraft {
  readonly userId: string;
  readonly roomId: string;
  readonly text: string;
  readonly replyTo: string | null;
  /** ISO 8601. */
  readonly updatedAt: string;
}

interface DraftRecord {
  readonly room_id: string;
  readonly text: string;
  readonly reply_to: string | null;
  readonly written_at: Date;
  readonly rev: string;
}

const COLUMNS = 'room_id, text, reply_to, written_at, rev';
/** Ended drafts are remembered for devices that were away; nobody comes back later than this with something older. */
const ENDED_KEPT = `interval '30 days'`;

@Injectable()
export class DraftRepository {
  constructor(private readonly database: RoomsDatabase) {}

  /** Of rooms that the person is in, and of private chats that have not begun. */
  async list(userId: string): Promise<Draft[]> {
    const rows = await this.database.query<DraftRecord>({
      name: 'rooms-list-drafts',
      text: `SELECT ${COLUMNS} FROM rooms.drafts AS draft WHERE user_id = $1 AND text <> ''
               AND (EXISTS (SELECT FROM rooms.members AS member WHERE member.room_id = draft.room_id AND member.user_id = $1)
                    OR NOT EXISTS (SELECT FROM rooms.rooms WHERE id = draft.room_id))
             ORDER BY written_at DESC LIMIT ${LIMITS.draftsMax}`,
      values: [userId],
    });
    return rows.map(draftOf);
  }

  async find(userId: string, roomId: string): Promise<Draft | undefined> {
    const [row] = await this.database.query<DraftRecord>(`SELECT ${COLUMNS} FROM rooms.drafts WHERE user_id = $1 AND room_id = $2`, [
      userId,
      roomId,
    ]);
    return row && draftOf(row);
  }

  /** undefined: something later is there, there is nothing to end, or the person has too many. */
  async set({ userId, roomId, text, replyTo, updatedAt }: NewDraft): Promise<Draft | undefined> {
    const [row] = await this.database.query<DraftRecord>({
      name: 'rooms-set-draft',
      text: `INSERT INTO rooms.drafts AS draft (user_id, ${COLUMNS})
             SELECT $1, $2, $3, $4, least($5::timestamptz, now()), (extract(epoch FROM clock_timestamp()) * 1000)::bigint
             WHERE EXISTS (SELECT FROM rooms.drafts WHERE user_id = $1 AND room_id = $2)
                OR ($3 <> '' AND (SELECT count(*) FROM rooms.drafts WHERE user_id = $1 AND text <> '') < ${LIMITS.draftsMax})
             ON CONFLICT (user_id, room_id) DO UPDATE SET text = excluded.text, reply_to = excluded.reply_to,
               written_at = excluded.written_at, rev = greatest(draft.rev + 1, excluded.rev)
             WHERE draft.written_at <= excluded.written_at
             RETURNING ${COLUMNS}`,
      values: [userId, roomId, text, replyTo, updatedAt],
    });
    return row && draftOf(row);
  }

  async forgetEnded(userId: string): Promise<void> {
    await this.database.query(`DELETE FROM rooms.drafts WHERE user_id = $1 AND text = '' AND written_at < now() - ${ENDED_KEPT}`, [userId]);
  }
}

const draftOf = (row: DraftRecord): Draft => ({
  roomId: row.room_id,
  text: row.text,
  replyTo: row.reply_to,
  updatedAt: row.written_at.toISOString(),
  rev: Number(row.rev),
});
