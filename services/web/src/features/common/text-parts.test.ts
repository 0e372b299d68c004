import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textParts } from './text-parts.js';

const links = (text: string) => textParts(text).flatMap((part) => ('href' in part ? [part.href] : []));

describe('textParts', () => {
  it('finds addresses and leaves the sentence around them', () => {
    expect(textParts('See https://example.org/a?b=c, or (http://example.org/x_(y)).')).toEqual([
      { text: 'See ' },
      { text: 'https://example.org/a?b=c', href: 'https://example.org/a?b=c' },
      { text: ', or (' },
      { text: 'http://example.org/x_(y)', href: 'http://example.org/x_(y)' },
      { text: ').' },
    ]);
    expect(links('mailto:bob@example.org')).toEqual(['mailto:bob@example.org']);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    '&#106;avascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'blob:https://example.org/1',
    'file:///etc/passwd',
    'https://',
    'mailto:nobody',
    'https://bank.example@evil.example/',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
  ])('makes no link of %j', (text) => {
    expect(links(text)).toEqual([]);
  });

  it('ends an address at quotes, brackets and direction marks', () => {
    expect(links('https://a.example/"onmouseover="x')).toEqual(['https://a.example/']);
    expect(links('https://a.example/\u202egnp.exe')).toEqual(['https://a.example/']);
    expect(links('<https://a.example/>')).toEqual(['https://a.example/']);
  });

  it('never loses or changes text, and links only where it may', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('https://', 'http://a.b/', 'mailto:', 'javascript:', '(', ')', '.', '@', ' ', '\u202e'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        const parts = textParts(text);
        expect(parts.map((part) => part.text).join('')).toBe(text);
        for (const href of links(text)) expect(href).toMatch(/^(https?|mailto):/);
      }),
      { numRuns: 500 },
    );
  });

  it('takes no time for text made to take time', () => {
    const startedAt = performance.now();
    for (const text of [
      'https://'.repeat(6_000),
      `https://a.example/${'('.repeat(50_000)}`,
      `https://a.example/${')'.repeat(4_000)}`,
      '['.repeat(50_000),
    ])
      textParts(text);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
