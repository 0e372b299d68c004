import type { Delimiter, ParserInline, StateInline } from 'markdown-it';
import { segmentsIn, type Segment } from './segments.js';

type InlineRule = Parameters<ParserInline['ruler']['push']>[1];
type PostRule = Parameters<ParserInline['ruler2']['push']>[1];

const BAR = 0x7c;
const MARKS = /[\n!#&*:<@[\\\]^_`{}~|]/g;
/** First letters of what `segmentsIn` finds are no marks for the parser: it stops before a colon, behind "https". */
const SCHEME = /(?:https?|mailto)$/iu;

/** Runs of text without any mark, as one step. */
export const text: InlineRule = (state, isSilent) => {
  MARKS.lastIndex = state.pos;
  const found = MARKS.exec(state.src)?.index ?? state.posMax;
  const end = Math.min(found, state.posMax);
  if (end === state.pos) return false;
  if (!isSilent) state.pending += state.src.slice(state.pos, end);
  state.pos = end;
  return true;
};

const SEGMENTS = Symbol('segments');

/** Found once for each stretch of inline text, however often its places are asked for. */
function segmentsOf({ env, src }: StateInline): ReadonlyMap<number, Segment> {
  const known = env[SEGMENTS] as { src: string; segments: ReadonlyMap<number, Segment> } | undefined;
  if (known?.src === src) return known.segments;
  const segments = new Map(segmentsIn(src).map((segment) => [segment.from, segment]));
  env[SEGMENTS] = { src, segments };
  return segments;
}

/** Addresses, mentions and names of rooms are whole before any mark in them is looked at. */
export const segment: InlineRule = (state, isSilent) => {
  const { src, pos } = state;
  const first = src[pos];
  const scheme = first === ':' ? (SCHEME.exec(src.slice(Math.max(0, pos - 6), pos))?.[0] ?? '') : '';
  if (first !== '@' && first !== '#' && scheme === '') return false;
  const found = segmentsOf(state).get(pos - scheme.length);
  if (!found || found.to > state.posMax) return false;
  if (found.node.kind === 'link') {
    // Within the words of a link there are no other links.
    if (state.linkLevel > 0 || !state.pending.toLowerCase().endsWith(scheme.toLowerCase())) return false;
    if (!isSilent) state.pending = state.pending.slice(0, state.pending.length - scheme.length);
  }
  if (!isSilent) state.push('segment', '', 0).meta = { node: found.node };
  state.pos = found.to;
  return true;
};

/** `||` marks what is covered until somebody wants to see it. */
export const spoilerMarks: InlineRule = (state, isSilent) => {
  if (isSilent || state.src.charCodeAt(state.pos) !== BAR) return false;
  const { length, can_open: open, can_close: close } = state.scanDelims(state.pos, true);
  if (length < 2) return false;
  for (let index = 0; index + 1 < length; index += 2) {
    const token = state.push('text', '', 0);
    token.content = '||';
    state.delimiters.push({ marker: BAR, length: 0, token: state.tokens.length - 1, end: -1, open, close });
  }
  if (length % 2 === 1) state.pending += '|';
  state.pos += length;
  return true;
};

/** Pairs of marks become the two ends of a spoiler. */
export const spoilers: PostRule = (state) => {
  const all = [state.delimiters, ...state.tokens_meta.flatMap((meta) => (meta?.delimiters ? [meta.delimiters] : []))];
  for (const delimiters of all) coverPairs(state, delimiters);
  return false;
};

function coverPairs({ tokens }: StateInline, delimiters: readonly Delimiter[]): void {
  for (const { marker, end, token } of delimiters) {
    const closing = delimiters[end];
    if (marker !== BAR || !closing) continue;
    for (const [at, nesting] of [
      [token, 1],
      [closing.token, -1],
    ] as const) {
      const mark = tokens[at]!;
      mark.type = nesting === 1 ? 'spoiler_open' : 'spoiler_close';
      mark.nesting = nesting;
      mark.content = '';
    }
  }
}
