import { describe, expect, it } from 'vitest';
import { markOf, toggleMark } from './formatting.js';

/** The text with the selection in angle brackets, before and after. */
function toggled(shown: string, mark: string): string {
  const from = shown.indexOf('<');
  const to = shown.indexOf('>') - 1;
  const text = shown.replace('<', '').replace('>', '');
  const change = toggleMark({ text, from, to }, mark);
  const after = text.slice(0, change.from) + change.text + text.slice(change.to);
  return `${after.slice(0, change.selectFrom)}<${after.slice(change.selectFrom, change.selectTo)}>${after.slice(change.selectTo)}`;
}

describe('toggleMark', () => {
  it('marks what is selected and leaves it selected, blanks outside', () => {
    expect(toggled('a <b c> d', '**')).toBe('a **<b c>** d');
    expect(toggled('a< b >d', '_')).toBe('a _<b>_ d');
    expect(toggled('a <>b', '`')).toBe('a `<>`b');
  });

  it('takes marks off, inside the selection or around it', () => {
    expect(toggled('a **<b>** c', '**')).toBe('a <b> c');
    expect(toggled('a <~~b~~> c', '~~')).toBe('a <b> c');
  });
});

it('knows the shortcuts', () => {
  const press = (key: string, over = {}) => markOf({ key, ctrlKey: true, metaKey: false, shiftKey: false, altKey: false, ...over });
  expect(press('b')).toBe('**');
  expect(press('X', { shiftKey: true })).toBe('~~');
  expect(press('x')).toBeUndefined();
  expect(press('b', { ctrlKey: false })).toBeUndefined();
  expect(press('i', { ctrlKey: false, metaKey: true })).toBe('_');
  expect(press('e', { altKey: true })).toBeUndefined();
});
