import { Injectable } from '@nestjs/common';
import type { Transaction } from '@parley/db';
import { MessagesDatabase } from '../db/messages.database.js';
import { MESSAGE_COLUMNS, messageRowOf, type MessageRecord } from '../history/message-columns.js';
import type { MessageRow } from '../storing/message-row.js';
import { quoted, searchEntryOf, type SearchEntry } from './search-entry.js';

/** Where a message stands. */
export interface MessagePlace {
  readonly roomId: string;
  readonly seq: number;
}

/** The index is only written under this lock: shared by those who follow the log, alone by a rebuild. What is read under it cannot be overtaken. */
const INDEX_LOCK = 0x7365_6172;
/** Newest messages in which a word that is left over is looked for first: common ones are there. */
const NEWEST = 2_000;

/** Brings rows of the index in line with the messages as they are now: to do it twice, late or in any order changes nothing. */
@Injectable()
export class SearchIndexRepository {
  constructor(private readonly database: MessagesDatabase) {}

  async refresh(places: readonly MessagePlace[]): Promise<void> {
    if (places.length === 0) return;
    await this.database.transaction(async (transaction) => {
      await transaction.query('SELECT pg_advisory_xact_lock_shared($1)', [INDEX_LOCK]);
      const records = await transaction.query<MessageRecord>(
        `SELECT ${MESSAGE_COLUMNS} FROM messages.messages AS message
         JOIN unnest($1::uuid[], $2::bigint[]) AS wanted (room_id, seq) USING (room_id, seq) ORDER BY message.room_id, message.seq`,
        columnsOf(places),
      );
      await this.write(transaction, records.map(messageRowOf));
    });
  }

  /**
   * The same for the next `limit` messages behind `after`, in the order of the table, and whatever the index has between them and
   * should not. Answers the last one; undefined at the end.
   */
  async refreshBehind(after: MessagePlace, limit: number): Promise<{ last: MessagePlace | undefined; checked: number }> {
    return this.database.transaction(async (transaction) => {
      await transaction.query('SELECT pg_advisory_xact_lock($1)', [INDEX_LOCK]);
      const records = await transaction.query<MessageRecord>(
        `SELECT ${MESSAGE_COLUMNS} FROM messages.messages AS message WHERE (room_id, seq) > ($1::uuid, $2::bigint) ORDER BY room_id, seq LIMIT $3`,
        [after.roomId, after.seq, limit],
      );
      const rows = records.map(messageRowOf);
      await this.write(transaction, rows);
      const last = rows.length < limit ? undefined : rows.at(-1);
      await this.deleteStrays(transaction, after, last, rows);
      return { last: last && { roomId: last.roomId, seq: last.seq }, checked: rows.length };
    });
  }

  /** How many messages there are, those of the system and deleted ones included. */
  async countMessages(): Promise<number> {
    const [record] = await this.database.query<{ count: string }>(
      `SELECT coalesce(sum(last_seq), 0)::text AS count FROM messages.room_heads`,
    );
    return Number(record?.count ?? 0);
  }

  private async write(transaction: Transaction, rows: readonly MessageRow[]): Promise<void> {
    const entries = rows.map(searchEntryOf).filter((entry) => entry !== undefined);
    const changed = rows.filter(({ rev }) => rev > 0);
    const gone = rows.filter(({ deletedAt }) => deletedAt !== null);
    const before = await this.wordsOf(transaction, changed);
    await this.upsert(transaction, entries);
    if (gone.length > 0)
      await transaction.query(
        `DELETE FROM messages.search_entries USING unnest($1::uuid[], $2::bigint[]) AS gone (room_id, seq)
         WHERE search_entries.room_id = gone.room_id AND search_entries.seq = gone.seq`,
        columnsOf(gone),
      );
    await this.learnWords(transaction, entries);
    await this.forgetWords(transaction, before);
  }

  private async upsert(transaction: Transaction, entries: readonly SearchEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await transaction.query(
      `INSERT INTO messages.search_entries AS entry (room_id, seq, message_id, created_at, words)
       SELECT room_id, seq, message_id, created_at, words::tsvector
       FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::timestamptz[], $5::text[]) AS new (room_id, seq, message_id, created_at, words)
       ON CONFLICT (room_id, seq) DO UPDATE SET message_id = excluded.message_id, created_at = excluded.created_at, words = excluded.words
       WHERE entry.words <> excluded.words OR entry.message_id <> excluded.message_id`,
      [
        ...columnsOf(entries),
        entries.map(({ messageId }) => messageId),
        entries.map(({ createdAt }) => createdAt),
        entries.map(({ words }) => words),
      ],
    );
  }

  private async wordsOf(transaction: Transaction, places: readonly MessagePlace[]): Promise<string[]> {
    if (places.length === 0) return [];
    const records = await transaction.query<{ word: string }>(
      `SELECT DISTINCT word FROM messages.search_entries JOIN unnest($1::uuid[], $2::bigint[]) AS wanted (room_id, seq) USING (room_id, seq),
         unnest(tsvector_to_array(words)) AS word WHERE word NOT LIKE '#%'`,
      columnsOf(places),
    );
    return records.map(({ word }) => word);
  }

  private async learnWords(transaction: Transaction, entries: readonly SearchEntry[]): Promise<void> {
    const words = [...new Set(entries.flatMap(({ spellings }) => spellings))].sort(); // one order for all: no deadlock
    if (words.length === 0) return;
    await transaction.query(
      `INSERT INTO messages.search_words (word) SELECT word FROM unnest($1::text[]) AS new (word)
       WHERE NOT EXISTS (SELECT FROM messages.search_words AS known WHERE known.word = new.word) ORDER BY word ON CONFLICT DO NOTHING`,
      [words],
    );
  }

  /** Nothing of a deleted text is left over, not even for spellings. */
  private async forgetWords(transaction: Transaction, words: readonly string[]): Promise<void> {
    if (words.length === 0) return;
    await transaction.query(
      `WITH newest AS MATERIALIZED (
         SELECT words FROM messages.search_entries ORDER BY created_at DESC, message_id DESC LIMIT ${NEWEST}
       ), doubtful AS MATERIALIZED (
         SELECT word, query::tsquery FROM unnest($1::text[], $2::text[]) AS old (word, query)
         WHERE NOT EXISTS (SELECT FROM newest WHERE words @@ query::tsquery)
       )
       DELETE FROM messages.search_words USING doubtful
       WHERE search_words.word = doubtful.word AND NOT EXISTS (SELECT FROM messages.search_entries WHERE words @@ doubtful.query)`,
      [words, words.map(quoted)],
    );
  }

  private async deleteStrays(
    transaction: Transaction,
    after: MessagePlace,
    last: MessagePlace | undefined,
    rows: readonly MessageRow[],
  ): Promise<void> {
    const kept = rows.filter((row) => searchEntryOf(row) !== undefined);
    await transaction.query(
      `DELETE FROM messages.search_entries AS entry WHERE (room_id, seq) > ($1::uuid, $2::bigint) ${last ? 'AND (room_id, seq) <= ($5::uuid, $6::bigint)' : ''}
       AND NOT EXISTS (SELECT FROM unnest($3::uuid[], $4::bigint[]) AS kept (room_id, seq) WHERE kept.room_id = entry.room_id AND kept.seq = entry.seq)`,
      [after.roomId, after.seq, ...columnsOf(kept), ...(last ? [last.roomId, last.seq] : [])],
    );
  }
}

const columnsOf = (places: readonly MessagePlace[]): [string[], number[]] => [
  places.map(({ roomId }) => roomId),
  places.map(({ seq }) => seq),
];
