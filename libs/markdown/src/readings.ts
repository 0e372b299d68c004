import { filesText, firstCodePoints, LIMITS, type Message } from '@parley/contracts';
import { parseMarkdown } from './parse.js';
import { isPlain } from './plain-document.js';
import { linksIn, textOf } from './text-of.js';

/** A text in one line as people read it: without marks, spoilers covered. */
export function oneLineOf(text: string): string {
  const read = isPlain(text) ? text : textOf(parseMarkdown(text), { spoilers: 'cover' });
  return read.replaceAll(/\s+/gu, ' ').trim();
}

/** A message in one line, for lists of conversations and notifications. What the system says is no Markdown. */
export function previewOf({ kind, text, attachments }: Pick<Message, 'kind' | 'text' | 'attachments'>): string {
  return firstCodePoints((kind === 'system' ? text : oneLineOf(text)) || filesText(attachments), LIMITS.previewMax);
}

/** A text as it is searched and shown among hits: without marks, spoilers open. */
export const readableTextOf = (text: string): string => (isPlain(text) ? text : textOf(parseMarkdown(text), { spoilers: 'show' }));

/** The part of a text that speaks to people: a name in code means nobody. */
export function spokenTextOf(text: string): string {
  return isPlain(text) ? text : textOf(parseMarkdown(text), { spoilers: 'show', code: 'leave-out' });
}

/** What can be found of a text: what is read, and where its links lead. */
export function searchTextOf(text: string): string {
  if (isPlain(text)) return text;
  const document = parseMarkdown(text);
  const words = textOf(document, { spoilers: 'show' });
  const hidden = linksIn(document).filter((href) => !words.includes(href));
  return [words, ...hidden].join('\n');
}
