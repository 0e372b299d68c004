import { describe, expect, it } from 'vitest';
import { compileMessage } from '../text-catalogues.ts';
import { formatMessage } from '../src/texts/format-message.ts';

const format = (text: string, values: Record<string, string | number> = {}, locale = 'en') =>
  formatMessage<string>(compileMessage(text), { locale, values, wrap: (tag, content) => `[${tag}: ${content.join('')}]` }).join('');

describe('formatMessage', () => {
  it.each([
    ['Plain words', {}, 'Plain words'],
    ['It’s {name}’s', { name: 'Ada' }, 'It’s Ada’s'],
    ['{count, plural, one {# file} other {# files}}', { count: 1 }, '1 file'],
    ['{count, plural, one {# file} other {# files}}', { count: 1234 }, '1,234 files'],
    ['{count, plural, =0 {none} one {one} other {many}}', { count: 0 }, 'none'],
    ['{what, select, room {in {name}} other {to {name}}}', { what: 'person', name: 'Ada' }, 'to Ada'],
    ['Go <link>to {name}</link> now', { name: 'Ada' }, 'Go [link: to Ada] now'],
  ])('puts together %s with %j', (text, values, result) => {
    expect(format(text, values)).toBe(result);
  });

  it('writes numbers as is usual in the language', () => {
    expect(format('{count, plural, one {# Datei} other {# Dateien}}', { count: 12_345 }, 'de')).toBe('12.345 Dateien');
    expect(format('{count}', { count: 1234.5 }, 'de')).toBe('1.234,5');
  });

  it('never reads values as messages', () => {
    for (const name of ['{count}', '<link>x</link>', '#', '\\u202e', '$&', "'{'"]) expect(format('by {name}', { name })).toBe(`by ${name}`);
  });

  it.each(['{name', '<b>open', 'shut</b>', '<a><b></a></b>', '{when, date}'])('refuses %s when the client is built', (text) => {
    expect(() => compileMessage(text)).toThrow();
  });
});
