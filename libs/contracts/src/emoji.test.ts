import { expect, it } from 'vitest';
import { Emoji } from './emoji.js';

it.each([
  ['👍', '👍'],
  ['👍🏽', '👍🏽'],
  ['👩‍👩‍👧', '👩‍👩‍👧'],
  ['🇳🇱', '🇳🇱'],
  ['1️⃣', '1️⃣'],
  ['❤', '❤️'],
  ['❤️', '❤️'],
  ['☺', '☺️'],
])('%s is one emoji, spelled %s', (text, emoji) => {
  expect(Emoji.parse(text)).toBe(emoji);
  expect(Emoji.parse(emoji)).toBe(emoji);
});

it.each(['', 'a', '1', '👍👍', '👍 ', ':smile:', '🇳', '\u200d', '\ufe0f', '<img>', '😀'.repeat(40)])('%j is not', (text) => {
  expect(Emoji.safeParse(text).success).toBe(false);
});
