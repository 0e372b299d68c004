import { describe, expect, it } from 'vitest';
import { matchRank, roomReference, tokenAt } from './completion-token.js';

const at = (text: string) => tokenAt(text, text.length);

describe('tokenAt', () => {
  it('finds people, rooms and emoji behind their signs', () => {
    expect(at('hi @an')).toEqual({ kind: 'person', from: 3, query: 'an' });
    expect(at('@')).toEqual({ kind: 'person', from: 0, query: '' });
    expect(at('in #gen')).toEqual({ kind: 'room', from: 3, query: 'gen' });
    expect(at('well :smi')).toEqual({ kind: 'emoji', from: 5, query: 'smi' });
    expect(tokenAt('@ann and more', 4)).toEqual({ kind: 'person', from: 0, query: 'ann' });
  });

  it('leaves addresses, times, codes and words alone', () => {
    for (const text of ['me@an', 'https://x', 'at 10:30', 'a:bc', ': ', ':s', 'C#x', '`@an', '@ann ', '##ab', ''])
      expect(at(text)).toBeUndefined();
  });
});

it('writes names of rooms so that they are read as such', () => {
  expect(roomReference('general')).toBe('#general');
  expect(roomReference('Off topic')).toBe('#[Off topic]');
});

it('ranks matches, without case and accents', () => {
  expect(matchRank('ann', 'Ann')).toBe(0);
  expect(matchRank('jo', 'x', 'José')).toBe(1);
  expect(matchRank('smith', 'Ann Smith')).toBe(2);
  expect(matchRank('mit', 'Ann Smith')).toBe(3);
  expect(matchRank('bob', 'Ann')).toBeUndefined();
  expect(matchRank('', 'Ann')).toBe(1);
});
