import { Injectable } from '@nestjs/common';
import type { RoomQuestion } from '@parley/chat';
import { RoomsDatabase } from '../db/rooms.database.js';
import type { Tally } from './unread.js';

export interface Marker {
  readonly readSeq: number;
  readonly readForeign: number;
}

/** A tally with the era of its marker: the larger era is newer, within one the larger `readSeq`. */
export interface MarkedTally extends Tally {
  readonly readEra: number;
}

export interface RoomTally extends MarkedTally {
  readonly roomId: string;
}

export interface MarkerChange extends Marker {
  readonly roomId: string;
  /** Where the marker stands. */
  readonly from: number;
}

/** For an UPDATE that may move a marker back, to this place: devices must know the move from an old one that comes late. */
export const eraAfterMoveTo = (readSeq: string): string => `CASE WHEN ${readSeq} < member.read_seq
  THEN greatest(member.read_era + 1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint) ELSE member.read_era END`;

const TALLY_COLUMNS = 'room_id, head, system_count, last_system_seq, read_seq, read_foreign, read_era, own_count, last_own_seq';
type TallyRecord = Record<
  'room_id' | 'head' | 'system_count' | 'last_system_seq' | 'read_seq' | 'read_foreign' | 'read_era' | 'own_count' | 'last_own_seq',
  string
>;

const tallyIn = (row: TallyRecord): MarkedTally => ({
  head: Number(row.head),
  systemCount: Number(row.system_count),
  lastSystemSeq: Number(row.last_system_seq),
  readSeq: Number(row.read_seq),
  readForeign: Number(row.read_foreign),
  readEra: Number(row.read_era),
  ownCount: Number(row.own_count),
  lastOwnSeq: Number(row.last_own_seq),
});

@Injectable()
export class ReadMarkerRepository {
  constructor(private readonly database: RoomsDatabase) {}

  /** Room and membership in one snapshot. undefined for those who are not members. */
  async findTally(roomId: string, userId: string): Promise<MarkedTally | undefined> {
    const [row] = await this.database.query<TallyRecord>({
      name: 'rooms-find-tally',
      text: `SELECT ${TALLY_COLUMNS} FROM rooms.members JOIN rooms.rooms ON id = room_id WHERE room_id = $1 AND user_id = $2`,
      values: [roomId, userId],
    });
    return row && tallyIn(row);
  }

  /** Of rooms in which something is unread, archived ones left out; all in one snapshot. */
  async listUnreadTallies(userId: string): Promise<RoomTally[]> {
    const rows = await this.database.query<TallyRecord>({
      name: 'rooms-list-unread-tallies',
      text: `SELECT ${TALLY_COLUMNS} FROM rooms.members JOIN rooms.rooms ON id = room_id
             WHERE user_id = $1 AND archived_at IS NULL AND head > read_seq AND head - system_count - own_count > read_foreign`,
      values: [userId],
    });
    return rows.map((row) => ({ roomId: row.room_id, ...tallyIn(row) }));
  }

  /** Of these rooms, as far as the person is in them. */
  async listTallies(userId: string, roomIds: readonly string[]): Promise<RoomTally[]> {
    const rows = await this.database.query<TallyRecord>({
      name: 'rooms-list-tallies',
      text: `SELECT ${TALLY_COLUMNS} FROM rooms.members JOIN rooms.rooms ON id = room_id WHERE user_id = $1 AND room_id = ANY($2::uuid[])`,
      values: [userId, roomIds],
    });
    return rows.map((row) => ({ roomId: row.room_id, ...tallyIn(row) }));
  }

  /** Of these rooms, as far as the person is in them and the marker stands where it is said to stand. */
  async listTalliesAt(userId: string, places: readonly { roomId: string; readSeq: number }[]): Promise<RoomTally[]> {
    const rows = await this.database.query<TallyRecord>({
      name: 'rooms-list-tallies-at',
      text: `SELECT ${TALLY_COLUMNS} FROM rooms.members JOIN rooms.rooms ON id = room_id
             JOIN unnest($2::uuid[], $3::bigint[]) AS asked (asked_id, asked_seq) ON asked_id = room_id AND asked_seq = read_seq
             WHERE user_id = $1 AND archived_at IS NULL`,
      values: [userId, places.map(({ roomId }) => roomId), places.map(({ readSeq }) => readSeq)],
    });
    return rows.map((row) => ({ roomId: row.room_id, ...tallyIn(row) }));
  }

  /**
   * Moves those markers that stand at `from`; answers which rooms those are. Rows that somebody holds at this moment are
   * passed over: whoever stores messages holds several at a time, in an order of his own, so waiting here with some rows
   * in hand could be waiting for each other.
   */
  async moveMany(userId: string, moves: readonly MarkerChange[]): Promise<Set<string>> {
    const rows = await this.database.query<{ room_id: string }>({
      name: 'rooms-move-markers',
      text: `WITH asked AS (SELECT * FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[]) AS asked (room_id, was, read_seq, read_foreign)),
               free AS (SELECT member.room_id FROM rooms.members AS member JOIN asked USING (room_id)
                        WHERE member.user_id = $1 FOR NO KEY UPDATE OF member SKIP LOCKED)
             UPDATE rooms.members AS member SET read_seq = asked.read_seq, read_foreign = asked.read_foreign,
               read_era = ${eraAfterMoveTo('asked.read_seq')}
             FROM asked JOIN free USING (room_id)
             WHERE member.room_id = asked.room_id AND member.user_id = $1 AND member.read_seq = asked.was RETURNING member.room_id`,
      values: [
        userId,
        moves.map(({ roomId }) => roomId),
        moves.map(({ from }) => from),
        moves.map(({ readSeq }) => readSeq),
        moves.map(({ readForeign }) => readForeign),
      ],
    });
    return new Set(rows.map(({ room_id }) => room_id));
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
    await this.database.query(
      `UPDATE rooms.members AS member SET read_seq = $3::bigint, read_foreign = $4, read_era = ${eraAfterMoveTo('$3::bigint')}
       WHERE room_id = $1 AND user_id = $2`,
      [roomId, userId, readSeq, readForeign],
    );
  }
}
