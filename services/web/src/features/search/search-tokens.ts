/** A piece of what is searched for, as the server cuts it: a word, a phrase, or an operator with its value. */
export interface SearchToken {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** `from`, `in`, …; absent for words. */
  readonly operator?: string;
  /** Without quotation marks. */
  readonly value: string;
}

const TOKEN = /-?(?:(?<operator>from|in|before|after|has):)?(?:"(?<quoted>[^"]*)"?|(?<plain>[^\s"]*))/giu;

export function tokensOf(query: string): SearchToken[] {
  const tokens: SearchToken[] = [];
  for (const match of query.matchAll(TOKEN)) {
    if (match[0] === '') continue;
    const { operator, quoted, plain } = match.groups ?? {};
    tokens.push({
      text: match[0],
      from: match.index,
      to: match.index + match[0].length,
      value: quoted ?? plain ?? '',
      ...(operator === undefined ? {} : { operator: operator.toLowerCase() }),
    });
  }
  return tokens;
}

/** The same search without one of its pieces. */
export const withoutToken = (query: string, { from, to }: SearchToken): string =>
  `${query.slice(0, from).trimEnd()} ${query.slice(to).trimStart()}`.trim();

/** The value of `from:` or `in:` that is being written where the caret is; undefined where there is none. */
export function sought(query: string, caret: number): SearchToken | undefined {
  const token = tokensOf(query).find(({ from, to }) => from < caret && caret <= to);
  return token?.operator === 'from' || token?.operator === 'in' ? token : undefined;
}

/** The search with this value in the place of what was begun, and a blank behind it; and where the caret is then. */
export function complete(query: string, { from, to, text, operator }: SearchToken, value: string): { query: string; caret: number } {
  const piece = `${text.startsWith('-') ? '-' : ''}${operator ?? ''}:${/[\s"]/.test(value) ? `"${value.replaceAll('"', '')}"` : value} `;
  return { query: query.slice(0, from) + piece + query.slice(to).trimStart(), caret: from + piece.length };
}
