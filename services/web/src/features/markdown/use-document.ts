import type { MarkdownDocument } from '@parley/markdown';
import { useMemo } from 'react';
import { documentOf, markdownParser, oneLineOf } from '../../state/markdown.js';
import { useStore } from '../common/use-store.js';

/** A text as it is read; once more when what reads marks has come. */
export function useDocument(text: string): MarkdownDocument {
  const parser = useStore(markdownParser);
  return useMemo(() => documentOf(text), [text, parser]); // oxlint-disable-line react/exhaustive-deps -- it reads by the parser
}

/** The same in one line, without marks. */
export function useOneLine(text: string): string {
  const parser = useStore(markdownParser);
  return useMemo(() => oneLineOf(text), [text, parser]); // oxlint-disable-line react/exhaustive-deps -- it reads by the parser
}
