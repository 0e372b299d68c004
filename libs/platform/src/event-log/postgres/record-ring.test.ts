import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RawRecord } from '../batch-runner.js';
import { RecordRing } from './record-ring.js';

const records = (from: number, count: number, length = 10): RawRecord[] =>
  Array.from({ length: count }, (_, i) => ({
    topic: 'chat.messages',
    partition: 0,
    offset: BigInt(from + i),
    type: 't',
    payload: 'x'.repeat(length),
    appendedAt: 0,
  }));
const offsets = (read: readonly RawRecord[] | undefined) => read?.map((record) => Number(record.offset));

it('gives what it holds, from any position in it', () => {
  const ring = new RecordRing();
  ring.push(10, records(10, 5));
  expect(offsets(ring.read(10, 100))).toEqual([10, 11, 12, 13, 14]);
  expect(offsets(ring.read(13, 1))).toEqual([13]);
  expect(ring.read(9, 1)).toBeUndefined();
  expect(ring.read(15, 1)).toBeUndefined();
});

it('forgets the oldest beyond its number and its size', () => {
  const ring = new RecordRing(4, 35);
  ring.push(0, records(0, 6, 1));
  expect(offsets(ring.read(2, 10))).toEqual([2, 3, 4, 5]);
  expect(ring.read(1, 10)).toBeUndefined();
  ring.push(6, records(6, 3, 12));
  expect(ring.read(6, 10)).toBeUndefined();
  expect(offsets(ring.read(7, 10))).toEqual([7, 8]);
  ring.push(9, records(9, 1, 1_000));
  expect(ring.isEmpty).toBe(true);
});

it('begins anew when others have appended in between', () => {
  const ring = new RecordRing();
  ring.push(0, records(0, 3));
  ring.push(5, records(5, 2));
  expect(ring.read(2, 1)).toBeUndefined();
  expect(offsets(ring.read(5, 10))).toEqual([5, 6]);
});

it('never gives anything but the records of the offsets asked for', () => {
  const push = fc.record({
    gap: fc.constantFrom(0, 0, 0, 2),
    count: fc.integer({ min: 1, max: 9 }),
    length: fc.integer({ min: 0, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(push, { maxLength: 60 }), (pushes) => {
      const ring = new RecordRing(16, 120);
      let end = 0;
      let since = 0;
      for (const { gap, count, length } of pushes) {
        if (gap > 0) since = end + gap;
        ring.push(end + gap, records(end + gap, count, length));
        end += gap + count;
        for (let position = Math.max(0, end - 30); position <= end; position++) {
          const read = offsets(ring.read(position, 7));
          if (read === undefined) continue;
          expect(position).toBeGreaterThanOrEqual(since);
          expect(read).toEqual(Array.from({ length: Math.min(7, end - position) }, (_, i) => position + i));
        }
        if (length * count <= 120) expect(ring.end).toBe(end);
      }
    }),
  );
});
