import type { SearchHas } from '@parley/contracts';
import { searchTextOf } from '@parley/markdown/parser';
import type { MessageRow } from '../storing/message-row.js';
import { wordsOf, type TextWord } from './search-words.js';

/** Postgres takes no more positions of one lexeme, and none above. */
const PLACES_MAX = 200;
const POSITION_MAX = 16_000;
const LINK = /https?:\/\/[^\s/]/iu;
/** Words whose spelling can be guessed at. */
const SPELLED = /^\p{L}[\p{L}\p{M}]{3,31}$/u;
/** Between the text and the names of files: no phrase reaches across. */
const GAP = 5;

/** What the index has to know of a message. */
export type FindableMessage = Pick<
  MessageRow,
  'roomId' | 'seq' | 'id' | 'rev' | 'senderId' | 'text' | 'attachments' | 'createdAt' | 'deletedAt'
>;

/** A row of the index. */
export interface SearchEntry {
  readonly roomId: string;
  readonly seq: number;
  readonly messageId: string;
  readonly createdAt: string;
  /** A `tsvector` in its text form. */
  readonly words: string;
  /** For the list of spellings. */
  readonly spellings: readonly string[];
}

/*
 * Beside its words a message has marks: where, when, by whom, with what. They are lexemes like the words, so that one index
 * answers for all conditions at once. They begin with #, which no word contains. Ids are shortened; `sender_id` and `room_id` are
 * unique by far enough in these 48 bits, and what is found is compared in full afterwards.
 */
const ID_DIGITS = 12;
export const roomMark = (roomId: string): string => `#r${roomId.slice(-ID_DIGITS)}`;
export const senderMark = (userId: string): string => `#s${userId.slice(-ID_DIGITS)}`;
export const hasMark = (has: SearchHas): string => `#${has}`;
/** Of a time as `toISOString` writes it. */
export const hourMark = (time: string): string => `#h${time.slice(0, 4)}${time.slice(5, 7)}${time.slice(8, 10)}${time.slice(11, 13)}`;
export const dayMark = (time: string): string => `#d${time.slice(0, 4)}${time.slice(5, 7)}${time.slice(8, 10)}`;
export const monthMark = (time: string): string => `#m${time.slice(0, 4)}${time.slice(5, 7)}`;

/** undefined: not to be found, because it was deleted or nobody has written it. */
export function searchEntryOf(row: FindableMessage): SearchEntry | undefined {
  if (row.deletedAt !== null || row.senderId === null) return undefined;
  const words = wordsOf(searchTextOf(row.text));
  for (const { name, altText } of row.attachments) {
    append(words, wordsOf(name));
    if (altText !== undefined) append(words, wordsOf(altText));
  }
  return {
    roomId: row.roomId,
    seq: row.seq,
    messageId: row.id,
    createdAt: row.createdAt,
    words: vectorOf(words, marksOf(row, row.senderId)),
    spellings: [...new Set(words.filter(({ kind, lexeme }) => kind === 'word' && SPELLED.test(lexeme)).map(({ lexeme }) => lexeme))],
  };
}

function append(words: TextWord[], more: readonly TextWord[]): void {
  const offset = (words.at(-1)?.position ?? 0) + GAP;
  for (const word of more) words.push({ ...word, position: word.position + offset });
}

function marksOf({ roomId, createdAt, attachments, text }: FindableMessage, senderId: string): string[] {
  const time = new Date(createdAt).toISOString();
  const marks = [roomMark(roomId), senderMark(senderId), hourMark(time), dayMark(time), monthMark(time)];
  if (attachments.length > 0) marks.push(hasMark('file'));
  if (attachments.some(({ type }) => type.startsWith('image/'))) marks.push(hasMark('image'));
  if (LINK.test(text)) marks.push(hasMark('link'));
  return marks;
}

function vectorOf(words: readonly TextWord[], marks: readonly string[]): string {
  const places = new Map<string, number[]>();
  for (const { lexeme, position } of words) {
    const known = places.get(lexeme);
    if (!known) places.set(lexeme, [Math.min(position, POSITION_MAX)]);
    else if (known.length < PLACES_MAX) known.push(Math.min(position, POSITION_MAX));
  }
  return [...marks.map(quoted), ...[...places].map(([lexeme, positions]) => `${quoted(lexeme)}:${positions.join(',')}`)].join(' ');
}

/** A lexeme in the text form of `tsvector` and `tsquery`. */
export const quoted = (lexeme: string): string => `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
