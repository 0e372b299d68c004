import { describe, expect, it } from 'vitest';
import { oneLineOf, previewOf, readableTextOf, searchTextOf, spokenTextOf } from './readings.js';
import { isOnlyEmoji } from './text-of.js';

const file = (name: string) => ({ name }) as Parameters<typeof previewOf>[0]['attachments'][number];
const said = (text: string): Parameters<typeof previewOf>[0] => ({ kind: 'user', text, attachments: [] });

describe('previewOf', () => {
  it('is the text in one line without its marks, as far as it goes', () => {
    expect(previewOf({ ...said('  a\n\n **b** '), attachments: [file('notes.txt')] })).toBe('a b');
    expect(previewOf(said('> well\n- one\n- [two](https://a.example)\n```js\nthree\n```'))).toBe('well • one • two three');
    expect(previewOf(said('🦊'.repeat(200)))).toBe('🦊'.repeat(100));
  });

  it('gives no spoiler away', () => expect(previewOf(said('it was ||the butler||'))).toBe('it was ▒▒▒'));

  it('leaves alone what the system says of people with stars in their names', () => {
    expect(previewOf({ kind: 'system', text: '*Ann* joined', attachments: [] })).toBe('*Ann* joined');
  });

  it('names the files where there is no text', () => {
    expect(previewOf({ ...said(''), attachments: [file('notes.txt')] })).toBe('notes.txt');
    expect(previewOf({ ...said(''), attachments: [file('a'), file('b'), file('c')] })).toBe('3 files');
    expect(previewOf(said(''))).toBe('');
  });
});

it('is searched with spoilers open, and by where links lead', () => {
  expect(readableTextOf('**it** was ||me||')).toBe('it was me');
  expect(searchTextOf('[the plan](https://a.example/plan) https://b.example/')).toBe('the plan https://b.example/\nhttps://a.example/plan');
  expect(oneLineOf('a  b\nc')).toBe('a b c');
});

it('speaks to nobody in code', () => expect(spokenTextOf('@ann `@bob` _@eve_\n```\n@dan\n```')).toBe('@ann   @eve\n'));

it('tells a few emoji from words', () => {
  for (const text of ['😀', '👍🏽 👨‍👩‍👧', '🇩🇪']) expect(isOnlyEmoji(text)).toBe(true);
  for (const text of ['', ' ', '1', '😀a', '😀'.repeat(7)]) expect(isOnlyEmoji(text)).toBe(false);
});
