import { Injectable } from '@nestjs/common';
import type { RoomPositionHead } from '@parley/chat';
import type { Revision } from '@parley/contracts';
import { MessagesDatabase } from '../db/messages.database.js';
import type { MessageRow } from '../storing/message-row.js';
import { MESSAGE_COLUMNS, messageRowOf, type MessageRecord } from './message-columns.js';

/** Reads by key only: the cost of a page does not depend on how deep it lies. */
@Injectable()
export class HistoryRepository {
  private firstEpoch: Promise<number> | undefined;

  constructor(private readonly database: MessagesDatabase) {}

  /** Rows with `from <= seq <= to`, ascending. Seqs are dense, so a range is a page. */
  async listRange(roomId: string, from: number, to: number): Promise<MessageRow[]> {
    if (to < from) return [];
    const records = await this.database.query<MessageRecord>({
      name: 'list-message-range',
      text: `SELECT ${MESSAGE_COLUMNS} FROM messages.messages AS message WHERE room_id = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq`,
      values: [roomId, from, to],
    });
    return records.map(messageRowOf);
  }

  /** Rows at these positions, ascending. */
  async listAt(roomId: string, seqs: readonly number[]): Promise<MessageRow[]> {
    const records = await this.database.query<MessageRecord>({
      name: 'list-messages-at',
      text: `SELECT ${MESSAGE_COLUMNS} FROM messages.messages AS message WHERE room_id = $1 AND seq = ANY($2::bigint[]) ORDER BY seq`,
      values: [roomId, seqs],
    });
    return records.map(messageRowOf);
  }

  /** Those whose last change came after `after`, by it. */
  async listChanged(roomId: string, after: number, limit: number): Promise<MessageRow[]> {
    const records = await this.database.query<MessageRecord>({
      name: 'list-changed-messages',
      text: `SELECT ${MESSAGE_COLUMNS} FROM messages.messages AS message WHERE room_id = $1 AND change > $2 ORDER BY change LIMIT $3`,
      values: [roomId, after, limit],
    });
    return records.map(messageRowOf);
  }

  /** Every text that the message had, oldest first; none if it was never edited, or deleted. */
  async listRevisions(roomId: string, messageId: string): Promise<Revision[]> {
    const records = await this.database.query<{ rev: number; text: string; edited_at: Date }>({
      name: 'list-revisions',
      text: `SELECT rev, text, edited_at FROM messages.revisions WHERE room_id = $1 AND message_id = $2 ORDER BY rev`,
      values: [roomId, messageId],
    });
    return records.map(({ rev, text, edited_at }) => ({ rev, text, editedAt: edited_at.toISOString() }));
  }

  async findByIds(ids: readonly { roomId: string; id: string }[]): Promise<MessageRow[]> {
    const records = await this.database.query<MessageRecord>({
      name: 'find-messages-by-id',
      text: `SELECT ${MESSAGE_COLUMNS} FROM messages.messages AS message JOIN unnest($1::uuid[], $2::uuid[]) AS wanted (room_id, id) USING (room_id, id)`,
      values: [ids.map(({ roomId }) => roomId), ids.map(({ id }) => id)],
    });
    return records.map(messageRowOf);
  }

  /** Own messages and those of the system with `after < seq <= upTo`. */
  async countOwnAndSystem(roomId: string, userId: string, after: number, upTo: number): Promise<number> {
    const [record] = await this.database.query<{ count: number }>({
      name: 'count-own-and-system',
      text: `SELECT count(*)::int AS count FROM messages.messages WHERE room_id = $1 AND seq > $3 AND seq <= $4 AND (sender_id = $2 OR kind = 'system')`,
      values: [roomId, userId, after, upTo],
    });
    return record?.count ?? 0;
  }

  /** Heads of those rooms that have messages. */
  async listHeads(roomIds: readonly string[]): Promise<RoomPositionHead[]> {
    const records = await this.database.query<{ room_id: string; last_seq: string; epoch: number; changes: string }>({
      name: 'list-room-heads',
      text: `SELECT room_id, last_seq, epoch, changes FROM messages.room_heads WHERE room_id = ANY($1::uuid[])`,
      values: [roomIds],
    });
    return records.map(({ room_id, last_seq, epoch, changes }) => ({
      roomId: room_id,
      head: Number(last_seq),
      epoch,
      changes: Number(changes),
    }));
  }

  /** That rooms begin with: another one since the last restore. It moves only while no service runs, so it is read once. */
  async findFirstEpoch(): Promise<number> {
    this.firstEpoch ??= this.database
      .query<{ epoch: number }>(
        `SELECT column_default::int AS epoch FROM information_schema.columns
         WHERE table_schema = 'messages' AND table_name = 'room_heads' AND column_name = 'epoch'`,
      )
      .then(([record]) => record!.epoch);
    return this.firstEpoch.catch((error: unknown) => {
      this.firstEpoch = undefined;
      throw error;
    });
  }
}
