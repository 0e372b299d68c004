import { ParleyError } from '@parley/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSearchText } from './search-text.js';

const termsOf = (q: string) =>
  parseSearchText(q).terms.map(
    ({ lexemes, isNegated, isQuoted }) =>
      `${isNegated ? '-' : ''}${isQuoted ? '"' : ''}${lexemes.map(({ lexeme, offset, isPrefix }) => `${lexeme}${isPrefix ? '*' : ''}@${offset}`).join(' ')}`,
  );

const anyLetter = fc.integer({ min: 0, max: 0x10_ffff }).map((point) => String.fromCodePoint(point));

describe('parseSearchText', () => {
  it.each([
    ['hello World', ['hello@0', 'world@0']],
    ['"hello world" -again -"no more"', ['"hello@0 world@1', '-again@0', '-"no@0 more@1']],
    ['e-mail', ['e@0 mail@1']],
    ['東京都', ['東京@0 京都@1']],
    ['東', ['東*@0']],
    ['"東京iPhone"', ['"東京@0 iphone@2']],
    ['"left open', ['"left@0 open@1']],
    ['- -- !? ""', []],
    ['12:30 https://example.org', ['12@0 30@1', 'https@0 example@1 org@2']],
    ['login:from', ['login@0 from@1']],
  ])('%s', (q, expected) => {
    expect(termsOf(q)).toEqual(expected);
  });

  it('takes operators apart, in any case, negated and with names in quotation marks', () => {
    expect(parseSearchText('x FROM:alice -from:@Bob in:"my room" in:#general has:Link -has:image')).toMatchObject({
      from: [
        { value: 'alice', isNegated: false },
        { value: '@Bob', isNegated: true },
      ],
      in: [
        { value: 'my room', isNegated: false },
        { value: '#general', isNegated: false },
      ],
      has: [
        { value: 'link', isNegated: false },
        { value: 'image', isNegated: true },
      ],
    });
  });

  it('understands days, whole, and times', () => {
    const { since, until } = parseSearchText('before:2026-03-01 after:2026-02-28');
    expect([since, until]).toEqual([Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 1)]);
    const times = parseSearchText('before:2026-03-01T10:00+01:00 after:2026-02-28T12:00:00.500Z before:2027-01-01');
    expect([times.since, times.until]).toEqual([Date.UTC(2026, 1, 28, 12, 0, 0, 501), Date.UTC(2026, 2, 1, 9)]);
  });

  it.each([
    ['has:sound', 'has: must be one of image, file, link'],
    ['before:yesterday', 'before: must be a day'],
    ['after:2026-02-31', 'after: must be a day'],
    ['before:2026-13-01', 'before: must be a day'],
    ['from: alice', 'from: must be followed'],
    ['x in:', 'in: must be followed'],
    ['in:""', 'in: must be followed'],
    ['-before:2026-01-01', 'before: cannot be negated'],
    [Array.from({ length: 33 }, (_, index) => `w${index}`).join(' '), 'at most 32 words'],
  ])('says what is wrong with %s', (q, message) => {
    expect(() => parseSearchText(q)).toThrow(
      expect.objectContaining({ code: 'VALIDATION_FAILED', message: expect.stringContaining(message) as string }) as Error,
    );
  });

  it('takes whatever is typed, or says what is wrong with it', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'from:',
        'in:',
        'has:',
        'before:',
        'after:',
        '-',
        '"',
        ' ',
        'image',
        '2026-01-01',
        '東京',
        'word',
        ':',
        "'",
        '\\',
        '&',
        '|',
        '!',
        '<->',
        '*',
        '#r',
      ),
      fc.string({ unit: anyLetter, maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        try {
          return parseSearchText(pieces.join('')).terms.every(
            ({ lexemes }) => lexemes[0]?.offset === 0 && lexemes.every(({ lexeme }) => lexeme !== '' && !lexeme.startsWith('#')),
          );
        } catch (error) {
          return error instanceof ParleyError && error.errors?.[0]?.path === 'q';
        }
      }),
    );
  });

  it('keeps every word of a plain text, in its order', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        expect(termsOf(words.join(' '))).toEqual(words.map((each) => `${each}@0`));
      }),
    );
  });
});
