import { filesText, firstCodePoints, LIMITS, type Message } from '@parley/contracts';
import { isPlain, plainDocument, type MarkdownDocument } from '@parley/markdown';
import { Store } from './store.js';

type Parser = typeof import('@parley/markdown/parser');

/** What reads marks. Most messages have none, so it is loaded with the first one that has. */
export const markdownParser = new Store<Parser | undefined>(undefined);
let loading: Promise<void> | undefined;

function loadMarkdown(): Promise<void> {
  loading ??= import('@parley/markdown/parser').then(
    (parser) => markdownParser.set(parser),
    (error: unknown) => {
      loading = undefined;
      console.warn('marks in messages cannot be read', error);
    },
  );
  return loading;
}

/** The text as it stands until the parser is there: whoever shows it watches `markdownParser`. */
export function documentOf(text: string): MarkdownDocument {
  if (isPlain(text)) return plainDocument(text);
  const parser = markdownParser.get();
  if (!parser) void loadMarkdown();
  return parser?.parseMarkdown(text) ?? plainDocument(text);
}

/** A text in one line, without its marks. */
export function oneLineOf(text: string): string {
  const parser = markdownParser.get();
  return parser ? parser.oneLineOf(text) : text.replaceAll(/\s+/gu, ' ').trim();
}

/** As the server says it of rooms that are not open. */
export function previewOf({ kind, text, attachments }: Pick<Message, 'kind' | 'text' | 'attachments'>): string {
  return firstCodePoints((kind === 'system' ? text : oneLineOf(text)) || filesText(attachments), LIMITS.previewMax);
}
