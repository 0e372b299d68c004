import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEPTH_MAX, type Block, type Inline } from './document.js';
import { parseMarkdown } from './parse.js';
import { isPlain, plainDocument } from './plain-document.js';
import { linksIn, textOf } from './text-of.js';

const PIECES = [
  '*',
  '**',
  '_',
  '~~',
  '||',
  '`',
  '```',
  '[',
  '](',
  ')',
  '![',
  '<',
  '>',
  '\\',
  '#',
  '@',
  '- ',
  '1. ',
  '\n',
  '\n\n',
  ' ',
  '    ',
];
const WORDS = [
  'a',
  'bob',
  'https://a.example/_x_',
  'javascript:x',
  'é',
  '😀',
  '\u202e',
  'mailto:a@b.example',
  '.',
  ',',
  '#general',
  '@bob',
  '://',
  '&lt;',
];
const sources = fc.array(fc.constantFrom(...PIECES, ...WORDS), { maxLength: 200 }).map((parts) => parts.join(''));

function depthOf(node: Block | Inline): number {
  const children: readonly (Block | Inline)[] = 'children' in node ? node.children : 'items' in node ? node.items.flat() : [];
  return 1 + Math.max(0, ...children.map(depthOf));
}

const languagesIn = (blocks: readonly Block[]): string[] =>
  blocks.flatMap((block) => {
    if (block.kind === 'code') return [block.language];
    if (block.kind === 'quote') return languagesIn(block.children);
    return block.kind === 'list' ? languagesIn(block.items.flat()) : [];
  });

it('reads anything, keeps every letter, and goes no deeper than it says', () => {
  fc.assert(
    fc.property(sources, (source) => {
      const document = parseMarkdown(source);
      const read = textOf(document, { spoilers: 'show' }) + linksIn(document).join(' ') + languagesIn(document).join(' ');
      for (const word of ['bob', 'general', 'é', '😀'])
        expect(read.split(word).length >= source.split(word).length || read.includes(encodeURI(word))).toBe(true);
      expect(Math.max(0, ...document.map(depthOf))).toBeLessThanOrEqual(2 * DEPTH_MAX + 3);
      for (const href of linksIn(document)) expect(href).toMatch(/^(https?:\/\/|mailto:)/u);
    }),
    { numRuns: 1_000 },
  );
});

it('says of a text without marks what it would say without looking for them', () => {
  fc.assert(
    fc.property(sources, (source) => {
      if (isPlain(source) && /\S/u.test(source)) expect(parseMarkdown(source)).toEqual(plainDocument(source));
    }),
    { numRuns: 1_000 },
  );
});

it('takes no more than in proportion to the length, whatever is repeated', () => {
  const hostile = [
    ...PIECES,
    '[a](',
    '[a](<b',
    '*a ',
    '_a*b',
    '||a ',
    '`a``b',
    'http://',
    'https://a.b/(',
    '#[',
    '@a',
    '> - ',
    '*_~~||[',
    '![a](b ',
  ];
  const timeOf = (source: string) => {
    const startedAt = performance.now();
    parseMarkdown(source);
    return performance.now() - startedAt;
  };
  for (const piece of hostile) {
    const of = (length: number) => piece.repeat(length / piece.length);
    // Sixteen times the length would take 256 times as long if anything were squared. A busy machine gets three tries.
    const bound = 100 * Math.max(timeOf(of(2_000)), 1);
    const isInTime = [1, 2, 3].some(() => timeOf(of(32_000)) < bound);
    expect(isInTime, `in proportion: ${JSON.stringify(piece)}`).toBe(true);
  }
});
