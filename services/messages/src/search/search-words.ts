import { firstCodePoints, foldText } from '@parley/contracts';

/** A word of a text as the index knows it, and where it stands. */
export interface TextWord {
  readonly lexeme: string;
  /** Place in the order of words, from 1. */
  readonly position: number;
  /** UTF-16 units of the text. */
  readonly from: number;
  readonly to: number;
  readonly kind: 'word' | 'pair' | 'single' | 'sign';
}

/**
 * Letters of writing without spaces between words, and of Korean, where endings are joined to them: what people look for
 * begins and ends anywhere. They are indexed as overlapping pairs, which needs no dictionary.
 */
const DENSE = String.raw`[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]&&[\p{L}\p{Nl}]]`;
const DENSE_UNIT = String.raw`${DENSE}[\p{M}\uff9e\uff9f]*`;
const WORD = String.raw`[[\p{L}\p{N}]--${DENSE}][[\p{L}\p{N}\p{M}]--${DENSE}]*`;
const SIGN = String.raw`\p{RI}\p{RI}|[\p{Extended_Pictographic}--\p{L}]`;
const PIECES = new RegExp(`(?<dense>(?:${DENSE_UNIT})+)|(?<word>${WORD})|(?<sign>${SIGN})`, 'gv');
const UNITS = new RegExp(DENSE_UNIT, 'gv');

/** Longer words are told apart by their beginning only. */
const WORD_MAX = 64;

/** One word as it is compared. */
export const foldWord = (word: string): string => firstCodePoints(foldText(word), WORD_MAX);

/** The words of a text in their order. The last letter of a run of dense ones also stands alone. */
export function wordsOf(text: string): TextWord[] {
  const words: TextWord[] = [];
  let position = 1;
  for (const { 0: piece, index, groups } of text.matchAll(PIECES)) {
    if (groups?.['dense'] !== undefined) position = addPairs(words, piece, index, position);
    else {
      const kind = groups?.['word'] === undefined ? 'sign' : 'word';
      const lexeme = foldWord(piece);
      if (lexeme !== '') words.push({ lexeme, position, from: index, to: index + piece.length, kind });
      position += 1;
    }
  }
  return words;
}

function addPairs(words: TextWord[], run: string, start: number, position: number): number {
  const units = [...run.matchAll(UNITS)].map(({ 0: unit, index }) => ({
    lexeme: foldWord(unit),
    from: start + index,
    to: start + index + unit.length,
  }));
  for (const [index, unit] of units.entries()) {
    const next = units[index + 1];
    words.push(
      next
        ? { lexeme: unit.lexeme + next.lexeme, position: position + index, from: unit.from, to: next.to, kind: 'pair' }
        : { ...unit, position: position + index, kind: 'single' },
    );
  }
  return position + units.length;
}
