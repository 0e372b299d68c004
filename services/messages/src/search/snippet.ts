import type { SearchSnippet } from '@parley/contracts';
import type { Spellings } from './search-conditions.js';
import type { SoughtLexeme, SoughtTerm } from './search-text.js';
import { wordsOf, type TextWord } from './search-words.js';

/** UTF-16 units of a snippet, about. */
const SNIPPET_MAX = 240;
/** Of them before the first mark. */
const BEFORE = 60;
/** How far a cut moves to fall between words. */
const SLACK = 20;
const CUT = '…';

/** The piece of a text around the first of what was found in it, and all marks in the piece. */
export function snippetOf(text: string, terms: readonly SoughtTerm[], spellings: Spellings): SearchSnippet {
  const marks = marksIn(text, terms, spellings);
  const start = text.length <= SNIPPET_MAX ? 0 : startAt(text, (marks[0]?.[0] ?? 0) - BEFORE);
  const end = endAt(text, start + SNIPPET_MAX);
  const shift = start === 0 ? 0 : CUT.length - start;
  return {
    text: `${start === 0 ? '' : CUT}${text.slice(start, end)}${end === text.length ? '' : CUT}`,
    marks: marks.filter(([from, to]) => from >= start && to <= end).map(([from, to]) => [from + shift, to + shift]),
  };
}

function startAt(text: string, wanted: number): number {
  if (wanted <= 0) return 0;
  const space = text.slice(wanted, wanted + SLACK).search(/\s/u);
  return space === -1 ? wholeAt(text, wanted) : wanted + space + 1;
}

function endAt(text: string, wanted: number): number {
  if (wanted >= text.length) return text.length;
  const space = text.slice(wanted - SLACK, wanted).search(/\s\S*$/u);
  return space === -1 ? wholeAt(text, wanted) : wanted - SLACK + space;
}

/** Never between the halves of one character. */
const wholeAt = (text: string, at: number): number => (/[\udc00-\udfff]/.test(text.charAt(at)) ? at - 1 : at);

/** Where the terms are, in order and joined where they overlap. */
function marksIn(text: string, terms: readonly SoughtTerm[], spellings: Spellings): [number, number][] {
  const words = wordsOf(text);
  const at = new Map(words.map((word) => [word.position, word]));
  const found: [number, number][] = [];
  for (const { lexemes, isNegated, isQuoted } of terms) {
    if (isNegated) continue;
    const fits = (sought: SoughtLexeme, word: TextWord | undefined): boolean =>
      word !== undefined &&
      (word.lexeme === sought.lexeme ||
        (sought.isPrefix && word.lexeme.startsWith(sought.lexeme)) ||
        (!isQuoted && (spellings.get(sought.lexeme)?.includes(word.lexeme) ?? false)));
    for (const first of words) {
      const rest = lexemes.map((sought) => ({ sought, word: at.get(first.position + sought.offset) }));
      if (!rest.every(({ sought, word }) => fits(sought, word))) continue;
      const last = rest.at(-1)!;
      const isPart = last.sought.isPrefix && last.word!.kind === 'pair';
      found.push([first.from, isPart ? last.word!.from + lengthOfFirst(text, last.word!) : last.word!.to]);
    }
  }
  return joined(found);
}

/** Of a pair only its first letter was looked for. */
function lengthOfFirst(text: string, { from, to }: TextWord): number {
  const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text.slice(from, to));
  return first?.segment.length ?? to - from;
}

function joined(marks: readonly [number, number][]): [number, number][] {
  const all: [number, number][] = [];
  for (const [from, to] of marks.toSorted((a, b) => a[0] - b[0] || b[1] - a[1])) {
    const last = all.at(-1);
    if (last && from < last[1]) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
  }
  return all;
}
