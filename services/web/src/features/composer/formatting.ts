/** A text field: what is in it, and what is selected (UTF-16 units). */
export interface Field {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** What to put in the place of `from` to `to`, and what is selected then. */
export interface Replacement extends Field {
  readonly selectFrom: number;
  readonly selectTo: number;
}

/** Marks the selection, or takes the marks off again. Blanks at its ends stay outside: marks hold on to words. */
export function toggleMark({ text, from, to }: Field, mark: string): Replacement {
  const chosen = text.slice(from, to);
  const inner = chosen.trim();
  const start = inner === '' ? from : from + chosen.indexOf(inner);
  const end = start + inner.length;
  const { length } = mark;
  if (text.slice(start - length, start) === mark && text.slice(end, end + length) === mark && start >= length)
    return { text: inner, from: start - length, to: end + length, selectFrom: start - length, selectTo: end - length };
  if (inner.length > 2 * length && inner.startsWith(mark) && inner.endsWith(mark))
    return { text: inner.slice(length, -length), from: start, to: end, selectFrom: start, selectTo: end - 2 * length };
  return { text: mark + inner + mark, from: start, to: end, selectFrom: start + length, selectTo: end + length };
}

const MARKS: Readonly<Record<string, string>> = { b: '**', i: '_', e: '`', X: '~~' };

/** The mark of a shortcut: Ctrl or ⌘ with B, I, E, and with Shift and X. */
export function markOf(event: { key: string; ctrlKey: boolean; metaKey: boolean; shiftKey: boolean; altKey: boolean }): string | undefined {
  if (event.altKey || event.ctrlKey === event.metaKey) return undefined;
  return MARKS[event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase()];
}
