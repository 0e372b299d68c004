import { describe, expect, it } from 'vitest';
import { foldText } from '@parley/contracts';
import { scoreOf } from './fuzzy.js';

const best = (query: string, ...texts: string[]): string[] =>
  texts
    .map((text) => ({ text, score: scoreOf(foldText(query), foldText(text)) }))
    .filter((each): each is { text: string; score: number } => each.score !== undefined)
    .sort((one, other) => other.score - one.score)
    .map(({ text }) => text);

describe('scoreOf', () => {
  it('puts what is equal first, then what begins so, then words, then the middle of words', () => {
    expect(best('art', 'party', 'modern art', 'artists', 'art')).toEqual(['art', 'artists', 'modern art', 'party']);
  });

  it('puts the shorter of two first', () => {
    expect(best('gen', 'genealogy of the north', 'general')).toEqual(['general', 'genealogy of the north']);
  });

  it('finds letters in their order from the start of a word, and nothing by chance', () => {
    expect(best('gnrl', 'general', 'engineering', 'garden')).toEqual(['general']);
    expect(best('nyc', 'New York City', 'many cats')).toEqual(['New York City']);
    expect(best('x', 'general')).toEqual([]);
  });

  it('wants every word, in any order', () => {
    expect(best('help linux', 'Linux help', 'help wanted', 'linux')).toEqual(['Linux help']);
  });

  it('knows no accents and no case', () => {
    expect(best('muller', 'Jürgen Müller')).toEqual(['Jürgen Müller']);
    expect(best('MÜLL', 'muller')).toEqual(['muller']);
  });

  it('takes everything when nothing is typed', () => {
    expect(best('', 'one', 'two')).toEqual(['one', 'two']);
  });

  it('filters 5,000 names in well under 50 ms', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => foldText(`Club of the ${index} friends of Ångström & Straße ${index % 97}`));
    const times = ['c', 'cl', 'club 49', 'frnds', 'strasse 12', 'zzz'].map((query) => {
      const startedAt = performance.now();
      names.filter((name) => scoreOf(query, name) !== undefined);
      return performance.now() - startedAt;
    });
    expect(Math.min(...times)).toBeLessThan(50);
    expect(times.toSorted((one, other) => one - other)[3]).toBeLessThan(50);
  });
});
