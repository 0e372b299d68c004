import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from './fold-text.js';

describe('foldText', () => {
  it.each([
    ['Über uns', 'uber uns'],
    ['STRAẞE, Straße', 'strasse, strasse'],
    ['José', 'jose'],
    ['Łódź', 'lodz'],
    ['Smørrebrød', 'smorrebrod'],
    ['ﬁne Ａ', 'fine a'],
    ['Ελλάδα ΟΔΟΣ', 'ελλαδα οδοσ'],
    ['Ёлка', 'елка'],
    ['日本語', '日本語'],
    ['학교', '학교'],
    ['हिन्दी', 'हिन्दी'],
    ['İstanbul', 'istanbul'],
  ])('reads %s as %s', (text, folded) => {
    expect(foldText(text)).toBe(folded);
  });

  it('leaves folded text alone', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => foldText(foldText(text)) === foldText(text)));
  });
});
