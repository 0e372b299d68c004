import { useEffect, useMemo, useState, type KeyboardEvent } from 'react';
import { tokenAt, type CompletionToken } from './completion-token.js';
import { allCompletions, knownCompletions, type Completion, type CompletionPlace } from './completions.js';

export interface CompletionState {
  readonly completions: readonly Completion[];
  readonly active: number;
  pick(completion: Completion): void;
  setActive(index: number): void;
  /** True when the key was for the list. */
  onKeyDown(event: KeyboardEvent): boolean;
  close(): void;
}

/** Asking for every letter would be asking for what nobody waits for. */
const ASK_AFTER_MS = 120;

const SIGNS = new Set('@#:');

/** @param replace puts words in the place of what was typed */
export function useCompletion(
  { client, room, timeline }: CompletionPlace,
  text: string,
  caret: number | undefined,
  replace: (from: number, to: number, words: string) => void,
): CompletionState {
  const token = useMemo(() => (caret === undefined ? undefined : tokenAt(text, caret)), [text, caret]);
  const key = token && `${token.kind}:${token.from}:${token.query}`;
  const [closedAt, setClosedAt] = useState<number>();
  const [active, setActive] = useState(0);
  const [found, setFound] = useState<{ readonly key: string; readonly completions: readonly Completion[] }>();
  const isOpen = token !== undefined && token.from !== closedAt;

  useEffect(() => {
    setActive(0);
    if (!token || !key || !isOpen) return undefined;
    const stop = new AbortController();
    const place = { client, room, timeline };
    setFound((before) => {
      const known = knownCompletions(token, place);
      // What was found for fewer letters stays until there is something better.
      return known.length > 0 || before?.key.split(':')[0] !== token.kind ? { key, completions: known } : before;
    });
    const timer = setTimeout(() => {
      allCompletions(token, place, stop.signal).then(
        (completions) => !stop.signal.aborted && setFound({ key, completions }),
        () => undefined, // What is known at once is better than an error in the middle of a word.
      );
    }, ASK_AFTER_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [key, isOpen, client, room.id, timeline]); // oxlint-disable-line react/exhaustive-deps -- the token is its key
  // What was put away stays so for as long as its sign is there; the caret may well be elsewhere meanwhile.
  const isSignGone = closedAt !== undefined && !SIGNS.has(text[closedAt] ?? '');
  useEffect(() => {
    if (isSignGone) setClosedAt(undefined);
  }, [isSignGone]);

  const completions = isOpen ? (found?.completions ?? []) : [];
  const close = () => setClosedAt(token?.from);
  const pick = ({ insert }: Completion) => {
    if (token) replace(token.from, endOf(token), insert);
    close();
  };
  return {
    completions,
    active: Math.min(active, completions.length - 1),
    pick,
    setActive,
    close,
    onKeyDown: (event) => {
      if (completions.length === 0) return false;
      const chosen = completions[Math.min(active, completions.length - 1)]!;
      if (event.key === 'ArrowDown') setActive((active + 1) % completions.length);
      else if (event.key === 'ArrowUp') setActive((active + completions.length - 1) % completions.length);
      else if (event.key === 'Escape') close();
      else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) pick(chosen);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}

const endOf = ({ from, query }: CompletionToken): number => from + 1 + query.length;
