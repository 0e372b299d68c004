import type { Block, Inline, MarkdownDocument } from './document.js';

/** What stands for a spoiler where it must not be read by accident. */
export const SPOILER_COVER = '▒▒▒';

export interface TextOptions {
  /** `cover` where people see it without asking; `show` for what is only searched. */
  readonly spoilers: 'cover' | 'show';
  /** Absent: code is read like everything else. */
  readonly code?: 'leave-out';
}

/** What a reader reads: no marks, one line per line. */
export function textOf(document: MarkdownDocument, options: TextOptions): string {
  return document.map((block) => blockText(block, options)).join('\n');
}

function blockText(block: Block, options: TextOptions): string {
  switch (block.kind) {
    case 'paragraph':
      return inlineText(block.children, options);
    case 'code':
      return options.code === 'leave-out' ? '' : block.text;
    case 'quote':
      return textOf(block.children, options);
    case 'list':
      return block.items
        .map((item, index) => `${block.start === null ? '•' : `${block.start + index}.`} ${textOf(item, options)}`)
        .join('\n');
  }
}

export function inlineText(inlines: readonly Inline[], options: TextOptions): string {
  return inlines.map((inline) => oneText(inline, options)).join('');
}

function oneText(inline: Inline, options: TextOptions): string {
  switch (inline.kind) {
    case 'code':
      return options.code === 'leave-out' ? ' ' : inline.text;
    case 'text':
    case 'mention':
    case 'room':
      return inline.text;
    case 'break':
      return '\n';
    case 'spoiler':
      return options.spoilers === 'cover' ? SPOILER_COVER : inlineText(inline.children, options);
    case 'strong':
    case 'emphasis':
    case 'strike':
    case 'link':
      return inlineText(inline.children, options);
  }
}

/** Whether anything is left to read behind the marks. */
export function hasWords(document: MarkdownDocument): boolean {
  return document.some((block) => {
    if (block.kind === 'list') return block.items.some(hasWords);
    if (block.kind === 'quote') return hasWords(block.children);
    return /\S/u.test(block.kind === 'code' ? block.text : inlineText(block.children, { spoilers: 'show' }));
  });
}

/** Where the links of a document lead, in their order. */
export function linksIn(document: MarkdownDocument): string[] {
  return document.flatMap((block): string[] => {
    if (block.kind === 'paragraph') return inlineLinks(block.children);
    if (block.kind === 'quote') return linksIn(block.children);
    return block.kind === 'list' ? block.items.flatMap(linksIn) : [];
  });
}

function inlineLinks(inlines: readonly Inline[]): string[] {
  return inlines.flatMap((inline) => {
    if (inline.kind === 'link') return [inline.href];
    return 'children' in inline ? inlineLinks(inline.children) : [];
  });
}

const EMOJI_ONLY = /^(?:\p{RGI_Emoji}|\s){1,40}$/v;
const EMOJI_MAX = 6;

/** A few emoji and nothing else: shown large. */
export function isOnlyEmoji(text: string): boolean {
  if (text.length > 100 || !EMOJI_ONLY.test(text)) return false;
  const count = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text.replaceAll(/\s/gu, ''))].length;
  return count > 0 && count <= EMOJI_MAX;
}
