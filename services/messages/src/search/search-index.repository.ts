import { Injectable } from '@nestjs/common';
import type { Transaction } from '@parley/db';
import { MessagesDatabase } from '../db/messages.database.js';
import { MESSAGE_COLUMNS, messageRowOf, type MessageRecord } from '../history/message-columns.js';
import { searchEntryOf, type FindableMessage, type SearchEntry } from './search-entry.js';
import { SpellingList } from './spelling-list.js';

/** Where a message stands. */
export interface MessagePlace {
  readonly roomId: string;
  readonly seq: number;
}

/** A message to be looked at. */
export interface ToldMessage extends MessagePlace {
  /** As an event tells it, never changed and without files; undefined: it has to be read. */
  readonly told: FindableMessage | undefined;
}

/** The index is only written under this lock: shared by those who follow the log, alone by a rebuild. What is read under it cannot be overtaken. */
const INDEX_LOCK = 0x7365_6172;

/** Brings rows of the index in line with the messages as they are now: to do it twice, late or in any order changes nothing. */
@Injectable()
export class SearchIndexRepository {
  constructor(
    private readonly database: MessagesDatabase,
    private readonly spellings: SpellingList,
  ) {}

  /** Each message once. */
  async refresh(messages: readonly ToldMessage[]): Promise<void> {
    if (messages.length === 0) return;
    await this.changing(async (transaction, learnt) => {
      await transaction.query('SELECT pg_advisory_xact_lock_shared($1)', [INDEX_LOCK]);
      const others = await this.findOthers(transaction, messages);
      const rows = messages.flatMap(({ told }, place) => (others.has(place) ? others.get(place) : told) ?? []);
      await this.write(transaction, rows, learnt);
    });
  }

  /**
   * The same for the next `limit` messages behind `after`, in the order of the table, and whatever the index has between them and
   * should not. Answers the last one; undefined at the end.
   */
  async refreshBehind(after: MessagePlace, limit: number): Promise<{ last: MessagePlace | undefined; checked: number }> {
    return this.changing(async (transaction, learnt) => {
      await transaction.query('SELECT pg_advisory_xact_lock($1)', [INDEX_LOCK]);
      const records = await transaction.query<MessageRecord>(
        `SELECT ${MESSAGE_COLUMNS} FROM messages.messages AS message WHERE (room_id, seq) > ($1::uuid, $2::bigint) ORDER BY room_id, seq LIMIT $3`,
        [after.roomId, after.seq, limit],
      );
      const rows = records.map(messageRowOf);
      await this.write(transaction, rows, learnt);
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

  /**
   * New rows are written into a list beside the index of words, and sorted in all together afterwards: for one at a time that costs more
   * than everything else. Until then every search reads the list.
   */
  private async changing<T>(work: (transaction: Transaction, learnt: string[]) => Promise<T>): Promise<T> {
    const learnt: string[] = [];
    const answer = await this.database.transaction((transaction) => work(transaction, learnt));
    this.spellings.remember(learnt);
    await this.database.query(`SELECT gin_clean_pending_list('messages.search_entries_by_words')`);
    return answer;
  }

  /**
   * Those that are not as they were told, by their place in the list: changed since, with files, or never told. undefined: there is no
   * such message. Found one by one (`OFFSET 0`): without statistics, which young tables lack, a join reads all of them.
   */
  private async findOthers(transaction: Transaction, messages: readonly ToldMessage[]): Promise<Map<number, FindableMessage | undefined>> {
    const records = await transaction.query<MessageRecord & { place: string; id: string | null }>(
      `SELECT wanted.place, ${MESSAGE_COLUMNS} FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) WITH ORDINALITY AS wanted (room_id, seq, told_id, place)
       LEFT JOIN LATERAL (SELECT * FROM messages.messages AS stored WHERE stored.room_id = wanted.room_id AND stored.seq = wanted.seq OFFSET 0) AS message ON true
       WHERE wanted.told_id IS DISTINCT FROM message.id OR message.rev > 0 OR message.attachments IS NOT NULL`,
      [...columnsOf(messages), messages.map(({ told }) => told?.id ?? null)],
    );
    return new Map(records.map((record) => [Number(record.place) - 1, record.id === null ? undefined : messageRowOf(record)]));
  }

  private async write(transaction: Transaction, rows: readonly FindableMessage[], learnt: string[]): Promise<void> {
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
    const spellings = entries.flatMap((entry) => entry.spellings);
    learnt.push(...(await this.spellings.learn(transaction, spellings)));
    await this.spellings.forget(transaction, before);
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

  private async deleteStrays(
    transaction: Transaction,
    after: MessagePlace,
    last: MessagePlace | undefined,
    rows: readonly FindableMessage[],
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
