import { Injectable } from '@nestjs/common';
import type { Transaction } from '@parley/db';
import { failpoint } from '@parley/runtime';
import { ChangeRepository, type ChangesApplied } from '../changing/change.repository.js';
import type { PlacedChange } from '../changing/change.js';
import { MessagesDatabase } from '../db/messages.database.js';
import { MESSAGE_COLUMNS, messageRowOf, type MessageRecord } from '../history/message-columns.js';
import { groupByRoom, type RoomBatch } from './message-batch.js';
import { rowOf, type MessageRow, type PostedMessage, type StoredRoom } from './message-row.js';

const UNIQUE_VIOLATION = '23505';

/** Advances the counters, which locks them, and inserts all rows behind them, in one statement and one round trip. */
const STORE_NEW = {
  name: 'store-new-messages',
  text: `
    WITH heads AS (
      INSERT INTO messages.room_heads AS head (room_id, last_seq)
      SELECT * FROM unnest($1::uuid[], $2::bigint[])
      ON CONFLICT (room_id) DO UPDATE SET last_seq = head.last_seq + excluded.last_seq
      RETURNING room_id, last_seq, epoch
    ), stored AS (
      INSERT INTO messages.messages (room_id, seq, id, client_msg_id, kind, sender_id, text, reply_to, created_at, attachments, mentions, announcement)
      SELECT new.room_id, heads.last_seq - new.places_before_last, new.id, new.client_msg_id, CASE WHEN new.sender_id IS NULL THEN 'system' ELSE 'user' END, new.sender_id, new.text, new.reply_to, new.created_at, new.attachments::jsonb, new.mentions::jsonb, new.announcement::jsonb
      FROM unnest($3::uuid[], $4::int[], $5::uuid[], $6::text[], $7::uuid[], $8::text[], $9::uuid[], $10::timestamptz[], $11::text[], $12::text[], $13::text[])
        AS new (room_id, places_before_last, id, client_msg_id, sender_id, text, reply_to, created_at, attachments, mentions, announcement)
      JOIN heads USING (room_id)
    )
    SELECT room_id, last_seq::text, epoch FROM heads`,
};

interface HeadRecord {
  room_id: string;
  last_seq: string;
  epoch: number;
}

@Injectable()
export class MessageBatchRepository {
  constructor(
    private readonly database: MessagesDatabase,
    private readonly changes: ChangeRepository,
  ) {}

  /**
   * Stores every message of the batch exactly once and answers where each stands, per room in `seq` order. A message
   * that was stored before comes out with the seq and body that it already has.
   */
  async store(batch: readonly PostedMessage[]): Promise<StoredRoom[]> {
    const rooms = groupByRoom(batch);
    if (rooms.length === 0) return [];
    try {
      return await this.storeNew(rooms);
    } catch (error) {
      if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
      return (await this.storeMissing(rooms, [], new Map())).rooms;
    }
  }

  /**
   * The same for a batch that changes messages, too, in one transaction. A change sees the messages that were accepted
   * before it and no others, however the log is cut into batches.
   */
  async storeAndChange(
    batch: readonly PostedMessage[],
    changes: readonly PlacedChange[],
  ): Promise<{ rooms: StoredRoom[] } & ChangesApplied> {
    const places = new Map<string, number>();
    for (const [index, { messageId }] of batch.entries()) if (!places.has(messageId)) places.set(messageId, index);
    return this.storeMissing(groupByRoom(batch), changes, places);
  }

  /** The common case: nothing of the batch is stored yet. A single duplicate makes the whole statement fail with 23505. */
  private async storeNew(rooms: readonly RoomBatch[]): Promise<StoredRoom[]> {
    const pending = this.database.query<HeadRecord & Record<string, unknown>>({ ...STORE_NEW, values: insertValues(rooms) });
    failpoint('in-transaction');
    const heads = new Map((await pending).map((head) => [head.room_id, head]));
    return rooms.map(({ roomId, posted }) => {
      const head = heads.get(roomId);
      if (!head) throw new Error(`no counter came back for room ${roomId}`);
      const first = Number(head.last_seq) - posted.length + 1;
      return { roomId, epoch: head.epoch, rows: posted.map((message, index) => rowOf(message, first + index)) };
    });
  }

  /** The careful way for batches that come again: locks the counters, looks what is there, inserts only the rest. */
  private async storeMissing(
    rooms: readonly RoomBatch[],
    changes: readonly PlacedChange[],
    places: ReadonlyMap<string, number>,
  ): Promise<{ rooms: StoredRoom[] } & ChangesApplied> {
    return this.database.transaction(async (transaction) => {
      const roomIds = [...new Set([...rooms.map(({ roomId }) => roomId), ...changes.map(({ change }) => change.command.roomId)])].sort();
      await transaction.query(`INSERT INTO messages.room_heads (room_id, last_seq) SELECT unnest($1::uuid[]), 0 ON CONFLICT DO NOTHING`, [
        roomIds,
      ]);
      await transaction.query(`SELECT FROM messages.room_heads WHERE room_id = ANY($1::uuid[]) ORDER BY room_id FOR UPDATE`, [roomIds]);
      failpoint('holding-locks');
      const known = await this.findStored(transaction, rooms);
      const missing = rooms
        .map(({ roomId, posted }) => ({ roomId, posted: posted.filter(({ messageId }) => !known.get(roomId)?.has(messageId)) }))
        .filter(({ posted }) => posted.length > 0);
      if (missing.length > 0) await transaction.query(STORE_NEW.text, insertValues(missing));
      const applied = await this.applyChanges(transaction, changes, placesOf(missing, places));
      failpoint('in-transaction');
      const stored = await this.findStored(transaction, rooms);
      const epochs = new Map(
        (
          await transaction.query<HeadRecord & Record<string, unknown>>(
            `SELECT room_id, epoch FROM messages.room_heads WHERE room_id = ANY($1::uuid[])`,
            [roomIds],
          )
        ).map((head) => [head.room_id, head.epoch]),
      );
      return {
        ...applied,
        rooms: rooms.map(({ roomId }) => ({
          roomId,
          epoch: epochs.get(roomId) ?? 1,
          rows: [...(stored.get(roomId)?.values() ?? [])].sort((a, b) => a.seq - b.seq),
        })),
      };
    });
  }

  private async applyChanges(
    transaction: Transaction,
    changes: readonly PlacedChange[],
    newPlaces: ReadonlyMap<string, number>,
  ): Promise<ChangesApplied> {
    if (changes.length === 0) return { changed: [], outcomes: [] };
    const postsBefore = new Map(changes.map(({ change, postsBefore }) => [change, postsBefore]));
    return this.changes.apply(
      transaction,
      changes.map(({ change }) => change),
      (change) => (newPlaces.get(change.command.messageId) ?? -1) < (postsBefore.get(change) ?? 0),
    );
  }

  /** By room and id. */
  private async findStored(transaction: Transaction, rooms: readonly RoomBatch[]): Promise<Map<string, Map<string, MessageRow>>> {
    if (rooms.length === 0) return new Map();
    const all = rooms.flatMap(({ posted }) => posted);
    const records = await transaction.query<MessageRecord>(
      `SELECT ${MESSAGE_COLUMNS} FROM messages.messages AS message
       JOIN unnest($1::uuid[], $2::uuid[]) AS wanted (room_id, id) USING (room_id, id)`,
      [all.map(({ roomId }) => roomId), all.map(({ messageId }) => messageId)],
    );
    const stored = new Map<string, Map<string, MessageRow>>(rooms.map(({ roomId }) => [roomId, new Map()]));
    for (const record of records) {
      const row = messageRowOf(record);
      stored.get(row.roomId)?.set(row.id, row);
    }
    return stored;
  }
}

/** Parameters of `STORE_NEW`; rows count back from the room's new head: the last one is 0 places before it. */
function insertValues(rooms: readonly RoomBatch[]): unknown[] {
  const all = rooms.flatMap(({ posted }) => posted.map((message, index) => ({ message, placesBeforeLast: posted.length - 1 - index })));
  return [
    rooms.map(({ roomId }) => roomId),
    rooms.map(({ posted }) => posted.length),
    all.map(({ message }) => message.roomId),
    all.map(({ placesBeforeLast }) => placesBeforeLast),
    all.map(({ message }) => message.messageId),
    all.map(({ message }) => message.clientMsgId),
    all.map(({ message }) => message.senderId),
    all.map(({ message }) => message.text),
    all.map(({ message }) => message.replyTo),
    all.map(({ message }) => message.acceptedAt),
    all.map(({ message }) => (message.attachments.length === 0 ? null : JSON.stringify(message.attachments))),
    all.map(({ message }) => message.mentions && JSON.stringify(message.mentions)),
    all.map(({ message }) => (message.announcement ? JSON.stringify(message.announcement) : null)),
  ];
}

/** Places in the batch of the messages that it stores for the first time. */
const placesOf = (missing: readonly RoomBatch[], places: ReadonlyMap<string, number>): Map<string, number> =>
  new Map(missing.flatMap(({ posted }) => posted.map(({ messageId }) => [messageId, places.get(messageId) ?? 0] as const)));
