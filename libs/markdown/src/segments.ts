import { mentionSpans } from '@parley/contracts';
import { addressesIn } from './addresses.js';
import type { Inline } from './document.js';

/** Something in plain text that is more than text, and where. */
export interface Segment {
  /** UTF-16 units. */
  readonly from: number;
  readonly to: number;
  readonly node: Inline;
}

/** `#general`, or `#[Off topic]` for names that are more than one word. */
const ROOM =
  /(?<![\p{L}\p{N}\p{M}_#&/@.-])#(?:\[(?<bracketed>[^[\]\n]{1,80})\](?!\()|(?<word>[\p{L}\p{N}][\p{L}\p{N}\p{M}_.-]{0,79})(?![\p{L}\p{N}\p{M}_#]))/gu;

/** Addresses, mentions and names of rooms, in their order; none reaches into another. */
export function segmentsIn(text: string): Segment[] {
  const found: Segment[] = addressesIn(text).map(({ from, to, href }) => ({
    from,
    to,
    node: { kind: 'link', href, children: [{ kind: 'text', text: text.slice(from, to) }] },
  }));
  for (const { from, names } of mentionSpans(text)) {
    // Of what may belong to the name or to the sentence only what is surely the name: the rest may be a mark.
    const to = from + 1 + names.at(-1)!.length;
    found.push({ from, to, node: { kind: 'mention', text: text.slice(from, to), names } });
  }
  if (text.includes('#'))
    for (const { 0: match, index, groups } of text.matchAll(ROOM)) {
      const written = groups?.['bracketed'] === undefined ? match.replace(/[._-]+$/u, '') : match;
      const name = (groups?.['bracketed'] ?? written.slice(1)).trim();
      if (name !== '') found.push({ from: index, to: index + written.length, node: { kind: 'room', text: `#${name}`, name } });
    }
  if (found.length < 2) return found;
  let end = 0;
  return found
    .sort((a, b) => a.from - b.from || b.to - a.to)
    .filter(({ from, to }) => {
      if (from < end) return false;
      end = to;
      return true;
    });
}

/** Text without marks: lines, and what `segmentsIn` finds. */
export function plainInlines(text: string): Inline[] {
  const inlines: Inline[] = [];
  let end = 0;
  for (const { from, to, node } of segmentsIn(text)) {
    pushLines(inlines, text.slice(end, from));
    inlines.push(node);
    end = to;
  }
  pushLines(inlines, text.slice(end));
  return inlines;
}

function pushLines(inlines: Inline[], text: string): void {
  for (const [index, line] of text.split('\n').entries()) {
    if (index > 0) inlines.push({ kind: 'break' });
    if (line !== '') inlines.push({ kind: 'text', text: line });
  }
}
