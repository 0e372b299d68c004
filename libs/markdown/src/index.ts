export * from './document.js';
export { isPlain, plainDocument } from './plain-document.js';
export { inlineText, isOnlyEmoji, SPOILER_COVER, textOf, type TextOptions } from './text-of.js';
