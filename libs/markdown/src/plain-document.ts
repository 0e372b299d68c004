import type { MarkdownDocument } from './document.js';
import { plainInlines } from './segments.js';

/**
 * Anything that may be a mark. Most messages have none, and need no parser: an asterisk, an underscore, a grave accent, a bracket,
 * a backslash, two tildes or bars, at the beginning of a line a quote,
 * a point or a number; and blanks around lines, which reading cuts off.
 */
const MAY_BE_MARKED = /[*_`[\]\\<\r]|~~|\|\||^[ \t\n]|[ \t\n]$|^(?:>|[-+](?:\s|$)|\d{1,9}[.)](?:\s|$)|~~~)/mu;

/** Whether a text reads the same with and without Markdown. */
export const isPlain = (text: string): boolean => !MAY_BE_MARKED.test(text);

/** A text as it stands, with its addresses, mentions and names of rooms. */
export const plainDocument = (text: string): MarkdownDocument => [{ kind: 'paragraph', children: plainInlines(text) }];
