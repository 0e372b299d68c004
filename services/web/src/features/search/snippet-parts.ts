import type { SearchSnippet } from '@parley/contracts';

export interface SnippetPart {
  /** Where it begins, for React. */
  readonly at: number;
  readonly text: string;
  readonly isMarked: boolean;
}

/** The text of a snippet, cut at its marks. */
export function snippetParts({ text, marks }: SearchSnippet): SnippetPart[] {
  const parts: SnippetPart[] = [];
  let at = 0;
  for (const [from, to] of marks) {
    if (from > at) parts.push({ at, text: text.slice(at, from), isMarked: false });
    parts.push({ at: from, text: text.slice(from, to), isMarked: true });
    at = to;
  }
  if (at < text.length) parts.push({ at, text: text.slice(at), isMarked: false });
  return parts;
}
