import { Injectable } from '@nestjs/common';
import type { Transaction } from '@parley/db';
import { LRUCache } from 'lru-cache';
import { quoted } from './search-entry.js';

/** Newest messages in which a word that is left over is looked for first: common ones are there. */
const NEWEST = 2_000;
const REMEMBERED = 50_000;
/** Another process may have forgotten a word since: it is written down again after this time. */
const REMEMBERED_MS = 10 * 60 * 1000;

/** Every word that was written, for those who misspell it. */
@Injectable()
export class SpellingList {
  /** Words that are in the list. Most of what people write consists of few words. */
  private readonly remembered = new LRUCache<string, true>({ max: REMEMBERED, ttl: REMEMBERED_MS });

  /** Adds those that are missing; answers them, to be remembered once the transaction has come to its end. */
  async learn(transaction: Transaction, spellings: Iterable<string>): Promise<string[]> {
    const words = [...new Set(spellings)].filter((word) => !this.remembered.has(word)).sort(); // one order for all: no deadlock
    if (words.length === 0) return [];
    await transaction.query(
      `INSERT INTO messages.search_words (word) SELECT word FROM unnest($1::text[]) AS new (word)
       WHERE NOT EXISTS (SELECT FROM messages.search_words AS known WHERE known.word = new.word) ORDER BY word ON CONFLICT DO NOTHING`,
      [words],
    );
    return words;
  }

  remember(words: Iterable<string>): void {
    for (const word of words) this.remembered.set(word, true);
  }

  /** Removes those that no message has any more: nothing of a deleted text is left over, not even for spellings. */
  async forget(transaction: Transaction, words: readonly string[]): Promise<void> {
    if (words.length === 0) return;
    for (const word of words) this.remembered.delete(word);
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
}
