import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldWord, wordsOf } from './search-words.js';

const anyLetter = fc.integer({ min: 0, max: 0x10_ffff }).map((point) => String.fromCodePoint(point));
const lexemes = (text: string) => wordsOf(text).map(({ lexeme }) => lexeme);

describe('wordsOf', () => {
  it.each([
    ['Hello, World!', ['hello', 'world']],
    ['foo-bar_baz v2.3', ['foo', 'bar', 'baz', 'v2', '3']],
    ['Crème brûlée für Łódź, straße', ['creme', 'brulee', 'fur', 'lodz', 'strasse']],
    ['Ёлка ΟΔΟΣ', ['елка', 'οδοσ']],
    ['東京都に', ['東京', '京都', '都に', 'に']],
    ['iPhone手机', ['iphone', '手机', '机']],
    ['학교에 간다', ['학교', '교에', '에', '간다', '다']],
    ['ﾊﾞﾅﾅ', ['バナ', 'ナナ', 'ナ']],
    ['コーヒー', ['コー', 'ーヒ', 'ヒー', 'ー']],
    ['हिन्दी में', ['हिन्दी', 'में']],
    ['done 👍🏽 🇩🇪', ['done', '👍', '🇩🇪']],
    ['@Alice #general', ['alice', 'general']],
    ['… — !?', []],
  ])('%s', (text, expected) => {
    expect(lexemes(text)).toEqual(expected);
  });

  it('says where each word is, in UTF-16 units, and in which order', () => {
    expect(wordsOf('😀 a é東京')).toEqual([
      { lexeme: '😀', position: 1, from: 0, to: 2, kind: 'sign' },
      { lexeme: 'a', position: 2, from: 3, to: 4, kind: 'word' },
      { lexeme: 'e', position: 3, from: 5, to: 6, kind: 'word' },
      { lexeme: '東京', position: 4, from: 6, to: 8, kind: 'pair' },
      { lexeme: '京', position: 5, from: 7, to: 8, kind: 'single' },
    ]);
  });

  it('takes any text, keeps the order, never leaves it and makes no mark of the index', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyLetter, maxLength: 60 }), (text) => {
        const words = wordsOf(text);
        const isInOrder = words.every(({ position }, index) => position > (words[index - 1]?.position ?? 0));
        const isInside = words.every(({ from, to }) => from >= 0 && to > from && to <= text.length);
        return isInOrder && isInside && words.every(({ lexeme }) => lexeme !== '' && !lexeme.startsWith('#'));
      }),
    );
  });
});

describe('foldWord', () => {
  it('is the same for a word that is folded already', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (word) => foldWord(foldWord(word)) === foldWord(word)));
  });
});
