import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageRange } from './page-range.js';

const size = ({ from, to }: { from: number; to: number }) => Math.max(0, to - from + 1);

describe('pageRange', () => {
  it.each([
    [{ newest: true } as const, 50, 120, { from: 71, to: 120 }],
    [{ newest: true } as const, 50, 7, { from: 1, to: 7 }],
    [{ before: 71 }, 50, 120, { from: 21, to: 70 }],
    [{ before: 21 }, 50, 120, { from: 1, to: 20 }],
    [{ before: 500 }, 10, 120, { from: 111, to: 120 }],
    [{ after: 110 }, 50, 120, { from: 111, to: 120 }],
    [{ after: 0 }, 50, 120, { from: 1, to: 50 }],
    [{ around: 60 }, 50, 120, { from: 35, to: 84 }],
    [{ around: 3 }, 50, 120, { from: 1, to: 50 }],
    [{ around: 119 }, 50, 120, { from: 71, to: 120 }],
    [{ around: 999 }, 10, 120, { from: 111, to: 120 }],
  ])('%j, limit %i, head %i', (position, limit, head, expected) => {
    expect(pageRange(position, limit, head)).toEqual(expected);
  });

  it('is empty in an empty room', () => {
    for (const position of [{ newest: true } as const, { before: 5 }, { after: 0 }, { around: 1 }])
      expect(size(pageRange(position, 50, 0))).toBe(0);
  });

  it('stays inside the room and within the limit, and fills the page where the room has enough', () => {
    const position = fc.oneof(
      fc.constant({ newest: true } as const),
      fc.record({ before: fc.nat(400) }),
      fc.record({ after: fc.nat(400) }),
      fc.record({ around: fc.nat(400) }),
    );
    fc.assert(
      fc.property(position, fc.integer({ min: 1, max: 200 }), fc.nat(300), (where, limit, head) => {
        const range = pageRange(where, limit, head);
        expect(size(range)).toBeLessThanOrEqual(limit);
        if (size(range) > 0) {
          expect(range.from).toBeGreaterThanOrEqual(1);
          expect(range.to).toBeLessThanOrEqual(head);
        }
        if ('newest' in where || 'around' in where) expect(size(range)).toBe(Math.min(limit, head));
        if ('around' in where && where.around >= 1 && where.around <= head) {
          expect(range.from).toBeLessThanOrEqual(where.around);
          expect(range.to).toBeGreaterThanOrEqual(where.around);
        }
      }),
    );
  });

  it('visits every message once when paging back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(300), (limit, head) => {
        const seen: number[] = [];
        let range = pageRange({ newest: true }, limit, head);
        while (size(range) > 0) {
          for (let seq = range.to; seq >= range.from; seq -= 1) seen.push(seq);
          range = pageRange({ before: range.from }, limit, head);
        }
        expect(seen).toEqual(Array.from({ length: head }, (_, index) => head - index));
      }),
    );
  });
});
