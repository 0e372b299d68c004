import { foldText } from '@parley/contracts';

/** What is being typed and may be completed: where it begins, with its sign, and what is written behind that. */
export interface CompletionToken {
  readonly kind: 'person' | 'room' | 'emoji';
  readonly from: number;
  readonly query: string;
}

const KINDS = { '@': 'person', '#': 'room', ':': 'emoji' } as const;
const TOKEN = /(?<![\p{L}\p{N}\p{M}_@#:./`-])(?<sign>[@#:])(?<query>[\p{L}\p{N}\p{M}_.+-]{0,32})$/u;
/** A colon is a colon far more often than an emoji. */
const EMOJI_MIN = 2;

/** What stands before the caret, if it may be completed. */
export function tokenAt(text: string, caret: number): CompletionToken | undefined {
  const match = TOKEN.exec(text.slice(Math.max(0, caret - 40), caret));
  const { sign, query } = match?.groups ?? {};
  if (sign === undefined || query === undefined) return undefined;
  const kind = KINDS[sign as keyof typeof KINDS];
  if (kind === 'emoji' && (query.length < EMOJI_MIN || /^\p{N}/u.test(query))) return undefined;
  return { kind, from: caret - query.length - 1, query };
}

/** How a room is written so that it is read as one. */
export const roomReference = (name: string): string => (/^[\p{L}\p{N}][\p{L}\p{N}\p{M}_.-]*$/u.test(name) ? `#${name}` : `#[${name}]`);

/** Better matches first: whole, at the beginning, at the beginning of a word, anywhere. Undefined: none. */
export function matchRank(query: string, ...words: readonly string[]): number | undefined {
  const sought = foldText(query);
  const ranks = words.flatMap((word) => {
    const folded = foldText(word);
    if (folded === sought) return [0];
    if (folded.startsWith(sought)) return [1];
    const at = folded.indexOf(sought);
    if (at === -1) return [];
    return /[\p{L}\p{N}]/u.test(folded[at - 1] ?? '') ? [3] : [2];
  });
  return ranks.length === 0 ? undefined : Math.min(...ranks);
}
