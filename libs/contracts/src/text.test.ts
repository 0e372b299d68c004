import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from './limits.js';
import { codePoints, DisplayName, firstCodePoints, isBlank, MessageText, RoomName, StorableText, Topic } from './text.js';

const accepts = (schema: { safeParse(text: unknown): { success: boolean } }, text: unknown) => schema.safeParse(text).success;

/** Any string at all, lone surrogates included. */
const anyString = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 40 });
const wellFormed = fc.string({ unit: 'binary', maxLength: 40 });

describe('codePoints and firstCodePoints', () => {
  it('count as Array.from does', () => {
    fc.assert(fc.property(anyString, (text) => codePoints(text) === Array.from(text).length));
  });

  it('cut exactly where Array.from would', () => {
    fc.assert(
      fc.property(anyString, fc.nat(50), (text, max) => {
        expect(firstCodePoints(text, max)).toBe(Array.from(text).slice(0, max).join(''));
      }),
    );
  });

  it('never make half a character of a whole one', () => {
    fc.assert(fc.property(wellFormed, fc.nat(50), (text, max) => firstCodePoints(text, max).isWellFormed()));
  });

  it('leave a text alone that is short enough', () => {
    expect(firstCodePoints('🦊🦊', 2)).toBe('🦊🦊');
    expect(firstCodePoints('🦊🦊', 1)).toBe('🦊');
    expect(firstCodePoints('a🦊', 0)).toBe('');
  });
});

describe('what can be stored', () => {
  it('is any well-formed text without U+0000', () => {
    fc.assert(fc.property(anyString, (text) => accepts(StorableText, text) === (text.isWellFormed() && !text.includes('\0'))));
  });

  it.each(['\ud83e', '\udd8a', 'a\ud83eb', '\udd8a\ud83e', 'a\u0000'])('refuses %j', (text) => {
    expect(accepts(StorableText, text)).toBe(false);
    expect(accepts(MessageText, text)).toBe(false);
    expect(accepts(RoomName, text)).toBe(false);
  });
});

describe('the text of a message', () => {
  it('is kept as sent: neither trimmed nor normalised', () => {
    const text = '  \tCafe\u0301 \r\n';
    expect(MessageText.parse(text)).toBe(text);
  });

  it('is counted in code points', () => {
    expect(accepts(MessageText, '🦊'.repeat(LIMITS.textMax))).toBe(true);
    expect(accepts(MessageText, '🦊'.repeat(LIMITS.textMax + 1))).toBe(false);
    expect(accepts(MessageText, 'a'.repeat(LIMITS.textMax))).toBe(true);
    expect(accepts(MessageText, 'a'.repeat(LIMITS.textMax + 1))).toBe(false);
  });

  it('may have direction marks and other controls, which messages need', () => {
    expect(accepts(MessageText, '\u202bשלום\u202c \u200f\t\u001b')).toBe(true);
  });

  it('is blank when it is white space only', () => {
    for (const text of ['', ' ', '\n\t\r', '\u00a0\u2003\u3000\ufeff']) expect(isBlank(text)).toBe(true);
    for (const text of ['.', ' a ', '\u200b', '🦊']) expect(isBlank(text)).toBe(false);
  });
});

describe('names that people see', () => {
  it('lose the white space at their ends and keep it inside', () => {
    expect(RoomName.parse('  Tea  and biscuits ')).toBe('Tea  and biscuits');
    expect(DisplayName.parse('Ünïcode 名前 🦊')).toBe('Ünïcode 名前 🦊');
  });

  it.each(['\u202e', '\u2066', '\u200e', '\u061c', '\u200b', '\ufeff', '\u00ad', '\u{e0041}', '\u0007', '\u007f', '\u0085', '\n', '\t'])(
    'refuse %j',
    (mark) => {
      expect(accepts(RoomName, `a${mark}b`)).toBe(false);
      expect(accepts(DisplayName, `a${mark}b`)).toBe(false);
    },
  );

  it.each(['', ' ', '\u3000', '\u200d', '\u200c\u200d', '\u3164', '\uffa0', '\u2800', '\ufe0f', '\u034f'])(
    'need something to see: %j',
    (text) => {
      expect(accepts(RoomName, text)).toBe(false);
      expect(accepts(DisplayName, text)).toBe(false);
    },
  );

  it('keep joiners inside, which Persian and families of emoji need', () => {
    expect(DisplayName.parse('👩‍👩‍👧')).toBe('👩‍👩‍👧');
    expect(DisplayName.parse('می‌خواهم')).toBe('می‌خواهم');
  });

  it('are counted in code points', () => {
    expect(accepts(RoomName, '🦊'.repeat(LIMITS.roomNameMax))).toBe(true);
    expect(accepts(RoomName, '🦊'.repeat(LIMITS.roomNameMax + 1))).toBe(false);
    expect(accepts(DisplayName, 'a'.repeat(LIMITS.displayNameMax))).toBe(true);
    expect(accepts(DisplayName, 'a'.repeat(LIMITS.displayNameMax + 1))).toBe(false);
  });

  it('of rooms are not shaped like an id', () => {
    expect(accepts(RoomName, '0198c0de-0000-7000-8000-0000000000aa')).toBe(false);
    expect(accepts(RoomName, ' 0198C0DE-0000-7000-8000-0000000000AA ')).toBe(false);
    expect(accepts(RoomName, '0198c0de-0000-7000-8000-0000000000a')).toBe(true);
    expect(accepts(DisplayName, '0198c0de-0000-7000-8000-0000000000aa')).toBe(true);
  });

  it('are stored as they are answered: parsing twice changes nothing', () => {
    fc.assert(
      fc.property(wellFormed, (text) => {
        const once = RoomName.safeParse(text);
        if (once.success) expect(RoomName.parse(once.data)).toBe(once.data);
      }),
    );
  });
});

it('a topic has at most 250 code points and may be empty', () => {
  expect(accepts(Topic, '')).toBe(true);
  expect(accepts(Topic, '🦊'.repeat(LIMITS.topicMax))).toBe(true);
  expect(accepts(Topic, '🦊'.repeat(LIMITS.topicMax + 1))).toBe(false);
});
