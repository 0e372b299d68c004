import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSeqOf, stepTo, unreadCountOf, type Tally } from './unread.js';

type Author = 'self' | 'other' | 'system';

/** A room whose member joined after `joinedAt` messages, when the first `counted` of all messages have been counted. */
interface Case {
  readonly history: readonly Author[];
  readonly joinedAt: number;
  readonly counted: number;
  readonly marker: number;
}

const cases: fc.Arbitrary<Case> = fc
  .array(fc.constantFrom<Author>('self', 'other', 'other', 'system'), { maxLength: 30 })
  .chain((history) =>
    fc.nat(history.length).chain((joinedAt) =>
      fc.record({
        history: fc.constant(history),
        joinedAt: fc.constant(joinedAt),
        counted: fc.integer({ min: joinedAt, max: history.length }),
        marker: fc.nat(history.length),
      }),
    ),
  );

const count = (history: readonly Author[], after: number, upTo: number, is: (author: Author) => boolean): number =>
  history.slice(after, Math.max(after, upTo)).filter(is).length;

const isForeign = (author: Author) => author === 'other';

/** The numbers as the consumer and the marker's own moves keep them. */
function tallyOf({ history, joinedAt, counted, marker }: Case): Tally {
  const own = (upTo: number) => count(history, joinedAt, upTo, (author) => author === 'self');
  const foreignWhenJoining = joinedAt - count(history, 0, joinedAt, (author) => author === 'system');
  const foreign = count(history, Math.min(joinedAt, marker), Math.max(joinedAt, marker), isForeign);
  return {
    head: counted,
    systemCount: count(history, 0, counted, (author) => author === 'system'),
    lastSystemSeq: history.slice(0, counted).lastIndexOf('system') + 1,
    readSeq: marker,
    readForeign: foreignWhenJoining + (marker >= joinedAt ? foreign : -foreign),
    ownCount: own(counted),
    lastOwnSeq: Math.max(joinedAt, history.slice(0, counted).lastIndexOf('self') + 1),
  };
}

describe('unreadCountOf', () => {
  it('is the number of messages of others after the marker, whoever wrote when', () => {
    fc.assert(
      fc.property(cases, (example) => {
        expect(unreadCountOf(tallyOf(example))).toBe(count(example.history, example.marker, example.counted, isForeign));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('readSeqOf', () => {
  it('never shows a marker beyond the head beside it', () => {
    expect(readSeqOf({ readSeq: 7, head: 5 })).toBe(5);
    expect(readSeqOf({ readSeq: 3, head: 5 })).toBe(3);
  });
});

describe('stepTo', () => {
  const neverUnread = (author: Author) => author !== 'other';

  it('leads to the same count from wherever it starts', () => {
    fc.assert(
      fc.property(cases, fc.nat(30), (example, wish) => {
        const target = Math.min(wish, example.history.length);
        const tally = tallyOf(example);
        const { after, upTo, foreignAtTarget } = stepTo(target, tally);
        const readForeign = foreignAtTarget(count(example.history, after, upTo, neverUnread));
        expect(readForeign).toBe(tallyOf({ ...example, marker: target }).readForeign);
      }),
      { numRuns: 2_000 },
    );
  });

  it('says that nothing needs counting only where there is nothing to count', () => {
    fc.assert(
      fc.property(cases, fc.nat(30), (example, wish) => {
        const { after, upTo, isAllForeign } = stepTo(Math.min(wish, example.history.length), tallyOf(example));
        if (isAllForeign) expect(count(example.history, after, upTo, neverUnread)).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('counts nothing for who has only read, and at the head for nobody', () => {
    const reader = tallyOf({ history: ['other', 'other', 'other', 'other'], joinedAt: 0, counted: 4, marker: 0 });
    expect(stepTo(2, reader)).toMatchObject({ isAllForeign: true });
    const writer = tallyOf({ history: ['other', 'self', 'other', 'self'], joinedAt: 0, counted: 4, marker: 0 });
    expect(stepTo(4, writer)).toMatchObject({ isAllForeign: true });
    expect(stepTo(3, writer)).toMatchObject({ isAllForeign: false, after: 3, upTo: 4 });
  });
});
