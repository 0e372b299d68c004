import { Uuid } from '@parley/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from './cursor.js';

const Position = z.tuple([z.string(), Uuid]);

describe('decodeCursor', () => {
  it('reads back what was encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.uuid(), (name, id) => {
        expect(decodeCursor(Position, encodeCursor([name, id]))).toEqual([name, id]);
      }),
    );
  });

  it('begins at the start without a cursor', () => {
    expect(decodeCursor(Position, undefined)).toBeUndefined();
  });

  it.each(['', 'nonsense', '%00', 'bnVsbA', encodeCursor(['a']), encodeCursor(['a', 'not-an-id']), encodeCursor({ 0: 'a' })])(
    'refuses %j as bad input',
    (cursor) => {
      expect(() => decodeCursor(Position, cursor)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }));
    },
  );
});
