import { Injectable } from '@nestjs/common';
import type { Transaction } from '@parley/db';
import type { SearchPosition, SearchRange } from './search-position.js';
import { SearchDatabase } from './search.database.js';

/** One message that fits; `rank` says how well. */
export interface Candidate extends SearchPosition {
  readonly roomId: string;
  readonly rank: number;
}

/** What is asked of the index, and in which rooms. */
export interface IndexQuestion {
  /** `tsquery` in its text form: what has to fit, and the part of it that ranks. */
  readonly query: string;
  readonly ranking: string;
  /** Places in the text matter: the index finds more than what fits, and each is looked at. */
  readonly hasPhrase: boolean;
  /** These and no others. */
  readonly rooms: readonly string[];
  /** Public ones, too. */
  readonly withPublic: boolean;
  readonly limit: number;
}

export interface NewestLooked {
  readonly candidates: Candidate[];
  /** How many messages were looked at, and the time of the oldest; fewer than asked for: there are no more. */
  readonly looked: number;
  readonly oldestAt: number;
}

interface CandidateRecord {
  [column: string]: unknown;
  room_id: string | null;
  message_id: string;
  at: string;
  rank: number;
}

/** Longest statement (ms). */
const STATEMENT_MS = 2_000;
/** Part of the trigrams that two words must share to be compared at all. */
const SIMILARITY_MIN = 0.25;
const SPELLINGS_COMPARED = 60;

const IN_ROOMS = (rooms: string, withPublic: string) =>
  `(room_id = ANY(${rooms}::uuid[]) OR (${withPublic} AND room_id IN (SELECT room_id FROM messages.search_rooms WHERE is_public)))`;
const RANGE = `created_at >= to_timestamp($1::double precision / 1000) AND created_at <= to_timestamp($3::double precision / 1000)
  AND (created_at, message_id) >= (to_timestamp($1::double precision / 1000), $2::uuid)
  AND (created_at, message_id) <= (to_timestamp($3::double precision / 1000), $4::uuid)`;
const NEWEST_FIRST = 'ORDER BY created_at DESC, message_id DESC';
const AT = '(extract(epoch FROM created_at) * 1000)::bigint::text AS at';
/** Ranks only what is handed out. `$6` empty: nothing to rank by. */
const RANKED = `SELECT hit.room_id, hit.message_id, hit.at,
    CASE WHEN $6 = '' THEN 0 ELSE (SELECT ts_rank(words, $6::tsquery, 1) FROM messages.search_entries AS entry WHERE entry.room_id = hit.room_id AND entry.seq = hit.seq) END::float8 AS rank`;

/** Runs the questions of one search in one transaction, and none of them for ever: code 57014 when one takes too long. */
@Injectable()
export class SearchRepository {
  constructor(private readonly database: SearchDatabase) {}

  /** Compiling plans (`jit`) takes longer than any of them runs. */
  async reading<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.database.transaction(async (transaction) => {
      await transaction.query(
        `SELECT set_config('statement_timeout', $1, true), set_config('jit', 'off', true), set_config('pg_trgm.similarity_threshold', $2, true)`,
        [String(STATEMENT_MS), String(SIMILARITY_MIN)],
      );
      return work(transaction);
    });
  }

  /** Looks at the newest `count` messages of the range one by one: finds what is common without reading how common it is. */
  async lookAtNewest(transaction: Transaction, question: IndexQuestion, range: SearchRange, count: number): Promise<NewestLooked> {
    const records = await transaction.query<CandidateRecord & { looked: string; oldest: string | null }>(
      `WITH newest AS MATERIALIZED (
         SELECT room_id, seq, message_id, created_at, words FROM messages.search_entries WHERE ${RANGE} ${NEWEST_FIRST} LIMIT $10
       ), hit AS (
         SELECT room_id, seq, message_id, created_at, ${AT} FROM newest WHERE words @@ $5::tsquery AND ${IN_ROOMS('$7', '$8')} ${NEWEST_FIRST} LIMIT $9
       )
       SELECT looked, oldest, ranked.* FROM (SELECT count(*) AS looked, (extract(epoch FROM min(created_at)) * 1000)::bigint::text AS oldest FROM newest) AS all_of_them
       LEFT JOIN (${RANKED} FROM hit) AS ranked ON true`,
      [...valuesOf(question, range), count],
    );
    return {
      candidates: candidatesOf(records),
      looked: Number(records[0]?.looked ?? 0),
      oldestAt: Number(records[0]?.oldest ?? 0),
    };
  }

  /**
   * By the words: reads every place of the rarest of them, so the question should narrow the time down where they are common. The
   * range is applied afterwards: to read the index by time as well costs more than what it would leave out.
   */
  async lookUp(transaction: Transaction, question: IndexQuestion, range: SearchRange): Promise<Candidate[]> {
    return candidatesOf(
      await transaction.query<CandidateRecord>(
        `WITH found AS MATERIALIZED (
           SELECT room_id, seq, message_id, created_at FROM messages.search_entries WHERE words @@ $5::tsquery
         ), hit AS (
           SELECT room_id, seq, message_id, created_at, ${AT} FROM found WHERE ${RANGE} AND ${IN_ROOMS('$7', '$8')} ${NEWEST_FIRST} LIMIT $9
         )
         ${RANKED} FROM hit`,
        valuesOf(question, range),
      ),
    );
  }

  /** Room by room: for somebody whose rooms have few messages among many others. */
  async lookThroughRooms(transaction: Transaction, question: IndexQuestion, range: SearchRange): Promise<Candidate[]> {
    return candidatesOf(
      await transaction.query<CandidateRecord>(
        `WITH rooms AS MATERIALIZED (
           SELECT unnest($7::uuid[]) AS room_id UNION SELECT room_id FROM messages.search_rooms WHERE $8 AND is_public
         ), hit AS (
           SELECT entry.*, ${AT} FROM rooms CROSS JOIN LATERAL (
             SELECT room_id, seq, message_id, created_at, words FROM messages.search_entries AS inside WHERE inside.room_id = rooms.room_id AND ${RANGE} OFFSET 0
           ) AS entry WHERE words @@ $5::tsquery ${NEWEST_FIRST} LIMIT $9
         )
         ${RANKED} FROM hit`,
        valuesOf(question, range),
      ),
    );
  }

  /** Time of the oldest message that can be found, Infinity when there is none, and about how many there are. */
  async findExtent(transaction: Transaction): Promise<{ oldestAt: number; messages: number }> {
    const [record] = await transaction.query<{ at: string | null; messages: number }>(
      `SELECT (extract(epoch FROM min(created_at)) * 1000)::bigint::text AS at,
         (SELECT reltuples::float8 FROM pg_class WHERE oid = 'messages.search_entries'::regclass) AS messages FROM messages.search_entries`,
    );
    return { oldestAt: record?.at == null ? Infinity : Number(record.at), messages: Math.max(0, record?.messages ?? 0) };
  }

  /** Time of the message that has so many between itself and this time; undefined when there are not as many. */
  async findTimeBehind(transaction: Transaction, at: number, count: number): Promise<number | undefined> {
    const [record] = await transaction.query<{ at: string }>(
      `SELECT ${AT} FROM messages.search_entries WHERE created_at <= to_timestamp($1::double precision / 1000) ORDER BY created_at DESC OFFSET $2 LIMIT 1`,
      [at, count],
    );
    return record && Number(record.at);
  }

  /** Words that look like this one, the likest first. */
  async listSimilarWords(transaction: Transaction, word: string): Promise<string[]> {
    const records = await transaction.query<{ word: string }>(
      `SELECT word FROM messages.search_words WHERE word % $1 ORDER BY similarity(word, $1) DESC, word LIMIT ${SPELLINGS_COMPARED}`,
      [word],
    );
    return records.map((record) => record.word);
  }
}

const valuesOf = ({ query, ranking, rooms, withPublic, limit }: IndexQuestion, { oldest, newest }: SearchRange): unknown[] => [
  oldest.at,
  oldest.id,
  newest.at,
  newest.id,
  query,
  ranking,
  rooms,
  withPublic,
  limit,
];

const candidatesOf = (records: readonly CandidateRecord[]): Candidate[] =>
  records.flatMap(({ room_id, message_id, at, rank }) =>
    room_id === null ? [] : [{ roomId: room_id, id: message_id, at: Number(at), rank }],
  );
