import { validationError, SearchHas } from '@parley/contracts';
import { wordsOf } from './search-words.js';

/** A lexeme of something searched for. */
export interface SoughtLexeme {
  readonly lexeme: string;
  /** Places after the first lexeme of its term. */
  readonly offset: number;
  /** A single letter of dense writing: any pair that begins with it will do. */
  readonly isPrefix: boolean;
  /** Written in letters with spaces between words: it may have been misspelt. */
  readonly isWord: boolean;
}

/** Lexemes that stand one after the other: one word, what belongs together like `e-mail`, or a phrase. */
export interface SoughtTerm {
  readonly lexemes: readonly SoughtLexeme[];
  readonly isNegated: boolean;
  /** In quotation marks: exactly so. */
  readonly isQuoted: boolean;
}

export interface SoughtName {
  readonly value: string;
  readonly isNegated: boolean;
}

/** What somebody typed, taken apart. Times in ms; `since` is part of what is looked for, `until` is not. */
export interface SearchText {
  readonly terms: readonly SoughtTerm[];
  readonly from: readonly SoughtName[];
  readonly in: readonly SoughtName[];
  readonly has: readonly { readonly value: SearchHas; readonly isNegated: boolean }[];
  readonly since: number | undefined;
  readonly until: number | undefined;
}

const TERMS_MAX = 32;
const DAY_MS = 24 * 60 * 60 * 1000;
const DAY = /^\d{4}-\d{2}-\d{2}$/u;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/u;
/** A piece up to the next white space; what is in quotation marks, which may be left open at the end, is one. */
const PIECE =
  /(?<empty>-?(?:from|in|before|after|has):)(?=\s|$)|(?<minus>-?)(?:(?<operator>from|in|before|after|has):)?(?:"(?<quoted>[^"]*)"?|(?<plain>[^\s"]+))/giu;

/** Throws VALIDATION_FAILED with what is wrong, at `q`. */
export function parseSearchText(q: string): SearchText {
  const terms: SoughtTerm[] = [];
  const names = { from: [] as SoughtName[], in: [] as SoughtName[] };
  const has: SearchText['has'][number][] = [];
  let since: number | undefined;
  let until: number | undefined;
  for (const { groups } of q.matchAll(PIECE)) {
    const isNegated = groups?.['minus'] === '-';
    const operator = groups?.['operator']?.toLowerCase();
    const value = groups?.['quoted'] ?? groups?.['plain'] ?? '';
    if (groups?.['empty'] !== undefined) throw fault(`${groups['empty']} must be followed by what it stands for, without a space`);
    if (operator === undefined) {
      const lexemes = lexemesOf(value);
      if (lexemes.length > 0) terms.push({ lexemes, isNegated, isQuoted: groups?.['quoted'] !== undefined });
      continue;
    }
    if (value.trim() === '') throw fault(`${operator}: must be followed by what it stands for`);
    if (operator === 'from' || operator === 'in') names[operator].push({ value: value.trim(), isNegated });
    else if (operator === 'has') has.push({ value: kindOf(value), isNegated });
    else if (isNegated) throw fault(`${operator}: cannot be negated`);
    else if (operator === 'before') until = Math.min(until ?? Infinity, timeOf(operator, value));
    else since = Math.max(since ?? -Infinity, timeOf(operator, value) + (DAY.test(value) ? DAY_MS : 1));
  }
  if (terms.length > TERMS_MAX) throw fault(`must have at most ${TERMS_MAX} words`);
  return { terms, ...names, has, since, until };
}

/** The words of one term. The last letter of a run of dense ones is in the pair before it already. */
function lexemesOf(text: string): SoughtLexeme[] {
  const words = wordsOf(text).filter(({ kind, to }, index, all) => !(kind === 'single' && all[index - 1]?.to === to));
  const start = words[0]?.position ?? 0;
  return words.map(({ lexeme, position, kind }) => ({
    lexeme,
    offset: position - start,
    isPrefix: kind === 'single',
    isWord: kind === 'word',
  }));
}

function kindOf(value: string): SearchHas {
  const kind = SearchHas.safeParse(value.toLowerCase());
  if (!kind.success) throw fault(`has: must be one of ${SearchHas.options.join(', ')}`);
  return kind.data;
}

function timeOf(operator: string, value: string): number {
  const time = DAY.test(value) || TIME.test(value) ? Date.parse(value) : Number.NaN;
  const isReal = !Number.isNaN(time) && (!DAY.test(value) || new Date(time).toISOString().startsWith(value)); // no 31 February
  if (!isReal) throw fault(`${operator}: must be a day like 2026-01-31 or a time like 2026-01-31T12:00Z`);
  return time;
}

export const fault = (message: string, path = 'q') => validationError([{ path: [path], message }]);
