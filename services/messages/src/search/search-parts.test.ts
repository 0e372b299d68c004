import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toldMessages } from './search.consumer.js';
import { byTime, positionBefore } from './search-position.js';
import { likelySpellings, slipsBetween } from './spelling.js';
import { timeQueryOf } from './time-marks.js';

describe('slipsBetween', () => {
  it.each([
    ['kuberntes', 'kubernetes', 1],
    ['recieve', 'receive', 1],
    ['hwllo', 'hello', 1],
    ['helloo', 'hello', 1],
    ['прывет', 'привет', 1],
    ['kitten', 'sitting', 3],
    ['same', 'same', 0],
    ['', 'abc', 3],
  ])('%s, %s: %i', (one, other, expected) => {
    expect(slipsBetween(one, other)).toBe(expected);
    expect(slipsBetween(other, one)).toBe(expected);
  });
});

describe('likelySpellings', () => {
  it('forgives one slip in short words and two in long ones, the nearest first', () => {
    expect(likelySpellings('helo', ['hello', 'halo', 'hero', 'yellow', 'helo'])).toEqual(['hello', 'halo', 'hero']);
    expect(likelySpellings('kubrnets', ['kubernetes', 'cabinets', 'kubernets'])).toEqual(['kubernets', 'kubernetes']);
  });
});

describe('timeQueryOf', () => {
  const at = (iso: string) => Date.parse(iso);
  it('covers a time by hours, days or months, and not at all when it is long', () => {
    expect(timeQueryOf(at('2026-01-01T10:30Z'), at('2026-01-01T12:00Z'))).toBe("('#h2026010110' | '#h2026010111')");
    expect(timeQueryOf(at('2026-01-01T10:30Z'), at('2026-01-04T00:00Z'))).toBe("('#d20260101' | '#d20260102' | '#d20260103')");
    expect(timeQueryOf(at('2025-11-30T10:30Z'), at('2026-02-01T00:00:00.001Z'))).toBe(
      "('#m202511' | '#m202512' | '#m202601' | '#m202602')",
    );
    expect(timeQueryOf(at('2010-01-01'), at('2026-02-01'))).toBeUndefined();
  });
});

describe('positionBefore', () => {
  it('is the nearest one before', () => {
    expect(positionBefore({ at: 5, id: '00000000-0000-0000-0000-000000000100' })).toEqual({
      at: 5,
      id: '00000000-0000-0000-0000-0000000000ff',
    });
    expect(positionBefore({ at: 5, id: '00000000-0000-0000-0000-000000000000' })).toEqual({
      at: 4,
      id: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
    });
    fc.assert(
      fc.property(fc.uuid(), fc.nat(), (id, time) => {
        expect(byTime(positionBefore({ at: time, id }), { at: time, id })).toBeGreaterThan(0);
      }),
    );
  });
});

describe('toldMessages', () => {
  const fact = {
    roomId: 'r',
    epoch: 1,
    seq: 1,
    messageId: 'm',
    senderId: 's',
    kind: 'user',
    text: 't',
    createdAt: '',
    rev: 0,
    mentions: { userIds: [], everyone: false },
  } as const;
  const change = { ...fact, rev: 1, change: 1, editedAt: null, deletedAt: null };

  it('names each message once, and passes over reactions and what rooms say themselves', () => {
    const facts = [
      fact,
      fact,
      { ...fact, seq: 2, kind: 'system' as const },
      { ...change, seq: 3 },
      { ...change, seq: 4, deletedAt: 'now' },
    ];
    expect(toldMessages(facts).map(({ seq }) => seq)).toEqual([1, 4]);
  });

  it('takes the word of an event only for what was new then', () => {
    const { rev, mentions, ...firstVersion } = fact;
    const edited = { ...change, editedAt: 'now', text: 'other' };
    const facts = [
      { ...fact, seq: 1 },
      { ...firstVersion, seq: 2 },
      { ...fact, seq: 3, rev: 2 },
      { ...fact, seq: 4 },
      { ...edited, seq: 4 },
    ];
    const told = toldMessages(facts).map((message) => message.told);
    expect(told).toEqual([
      { roomId: 'r', seq: 1, id: 'm', rev, senderId: 's', text: 't', attachments: [], createdAt: '', deletedAt: null },
      undefined,
      undefined,
      undefined,
    ]);
    expect(mentions.everyone).toBe(false);
  });
});
