import type { SearchHas } from '@parley/contracts';
import { hasMark, quoted, roomMark, senderMark } from './search-entry.js';
import type { SoughtLexeme, SoughtTerm } from './search-text.js';

/** One condition on ids: any of the first, none of the second. `any` empty: no condition. */
export interface IdCondition {
  readonly any: readonly string[];
  readonly none: readonly string[];
}

/** What a hit has to fulfil, with names replaced by ids and the parameters joined in. Each list of `rooms` and `senders` is one condition. */
export interface SearchConditions {
  readonly terms: readonly SoughtTerm[];
  readonly rooms: readonly IdCondition[];
  readonly senders: readonly IdCondition[];
  readonly has: readonly { readonly value: SearchHas; readonly isNegated: boolean }[];
  readonly since: number | undefined;
  readonly until: number | undefined;
}

/** Other spellings of a word that nobody has written as it was typed. */
export type Spellings = ReadonlyMap<string, readonly string[]>;
export const AS_TYPED: Spellings = new Map();

/** Only what the index can begin with; `-word` and times alone would mean to read all of it. */
export const isSelective = ({ terms, rooms, senders, has }: SearchConditions): boolean =>
  terms.some(({ isNegated }) => !isNegated) ||
  has.some(({ isNegated }) => !isNegated) ||
  [...rooms, ...senders].some(({ any }) => any.length > 0);

/** Words, phrases and marks in the text form of `tsquery`. */
export function searchQueryOf({ terms, rooms, senders, has }: SearchConditions, spellings: Spellings): string {
  return [
    ...terms.map((term) => negatedIf(term.isNegated, termQuery(term, spellings))),
    ...has.map(({ value, isNegated }) => negatedIf(isNegated, quoted(hasMark(value)))),
    ...rooms.flatMap((condition) => idQueries(condition, roomMark)),
    ...senders.flatMap((condition) => idQueries(condition, senderMark)),
  ].join(' & ');
}

/** What hits are ranked by: the words alone. Empty when there are none. */
export const rankingQueryOf = ({ terms }: SearchConditions, spellings: Spellings): string =>
  terms
    .filter(({ isNegated }) => !isNegated)
    .map((term) => termQuery(term, spellings))
    .join(' & ');

function termQuery({ lexemes, isQuoted }: SoughtTerm, spellings: Spellings): string {
  const parts = lexemes.map((lexeme, index) => {
    const distance = lexeme.offset - (lexemes[index - 1]?.offset ?? 0);
    return `${index === 0 ? '' : ` <${distance}> `}${lexemeQuery(lexeme, isQuoted ? AS_TYPED : spellings)}`;
  });
  return lexemes.length === 1 ? parts.join('') : `(${parts.join('')})`;
}

function lexemeQuery({ lexeme, isPrefix }: SoughtLexeme, spellings: Spellings): string {
  if (isPrefix) return `${quoted(lexeme)}:*`;
  return anyOf([lexeme, ...(spellings.get(lexeme) ?? [])].map(quoted));
}

const idQueries = ({ any, none }: IdCondition, mark: (id: string) => string): string[] => [
  ...(any.length > 0 ? [anyOf(any.map((id) => quoted(mark(id))))] : []),
  ...none.map((id) => `!${quoted(mark(id))}`),
];

export const anyOf = (queries: readonly string[]): string => (queries.length === 1 ? queries.join('') : `(${queries.join(' | ')})`);
const negatedIf = (isNegated: boolean, query: string): string => (isNegated ? `!${query}` : query);
