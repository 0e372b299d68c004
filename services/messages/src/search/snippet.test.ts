import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AS_TYPED } from './search-conditions.js';
import { parseSearchText } from './search-text.js';
import { snippetOf } from './snippet.js';

const marked = (text: string, q: string, spellings = AS_TYPED) => {
  const snippet = snippetOf(text, parseSearchText(q).terms, spellings);
  return snippet.marks.map(([from, to]) => snippet.text.slice(from, to));
};

describe('snippetOf', () => {
  it.each([
    ['The Café is open, the cafe', 'cafe', ['Café', 'cafe']],
    ['one two three two', '"two three"', ['two three']],
    ['one two three', 'three -one', ['three']],
    ['我住在东京都的北边', '东京都', ['东京都']],
    ['我住在东京', '东', ['东']],
    ['我住在东', '东', ['东']],
    ['😀😀 here', 'here', ['here']],
    ['e-mail or email', 'e-mail', ['e-mail']],
    ['<b>bold</b> text', 'bold', ['bold']],
    ['nothing', 'other', []],
  ])('marks in %s what %s finds', (text, q, expected) => {
    expect(marked(text, q)).toEqual(expected);
  });

  it('marks another spelling, but not for what was in quotation marks', () => {
    const spellings = new Map([['kuberntes', ['kubernetes']]]);
    expect(marked('on Kubernetes', 'kuberntes', spellings)).toEqual(['Kubernetes']);
    expect(marked('on Kubernetes', '"kuberntes"', spellings)).toEqual([]);
  });

  it('cuts a long text around the first mark, between words', () => {
    const { text, marks } = snippetOf(`${'before '.repeat(100)}needle ${'after '.repeat(100)}`, parseSearchText('needle').terms, AS_TYPED);
    expect(text).toMatch(/^…before .*needle after .*after…$/u);
    expect(text.length).toBeLessThan(260);
    expect(marks.map(([from, to]) => text.slice(from, to))).toEqual(['needle']);
  });

  it('never halves a character nor marks outside of what it shows', () => {
    const text = fc
      .array(fc.constantFrom(' word ', '😀', '東京', 'é', ' needle ', 'x'.repeat(30)), { maxLength: 120 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.constantFrom('needle', '東京', '京', 'word'), (whole, q) => {
        const snippet = snippetOf(whole, parseSearchText(q).terms, AS_TYPED);
        expect(snippet.text.isWellFormed()).toBe(true);
        let end = 0;
        for (const [from, to] of snippet.marks) {
          expect(from).toBeGreaterThanOrEqual(end);
          expect(to).toBeLessThanOrEqual(snippet.text.length);
          end = to;
        }
        if (whole.includes(q)) expect(snippet.marks.length).toBeGreaterThan(0);
      }),
    );
  });
});
