import { describe, expect, it } from 'vitest';
import { looksReserved } from './name.rules.js';

describe('looksReserved', () => {
  it.each([
    ['plain', 'admin'],
    ['in capitals', 'ADMIN'],
    ['with a Cyrillic letter', '\u0430dmin'],
    ['with a Cyrillic capital', '\u0410dmin'],
    ['with a dotted Ukrainian i', 'adm\u0456n'],
    ['in full width', '\uff21\uff24\uff2d\uff29\uff2e'],
    ['in mathematical letters', '\u{1d41a}dmin'],
    ['with a joiner in it', 'ad\u200dmin'],
    ['with letters for one', 'adrnin'],
    ['with digits', 'a11'],
    ['with a capital for a small letter', 'aIl'],
    ['with a Greek capital', '\u03a1arley'],
    ['with a Cyrillic o', 'supp\u043ert'],
  ])('sees through a name %s', (_, name) => expect(looksReserved(name)).toBe(true));

  it.each(['Adam', 'Administrator of rooms', 'Allan', 'parley_fan', 'Анна', '李雷', 'supporter', 'Heremias'])('lets %s be', (name) =>
    expect(looksReserved(name)).toBe(false),
  );
});
