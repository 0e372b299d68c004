import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RoomOrder, type Arrival } from './lib/room-order.ts';

const message = (seq: number, id = `m${seq}`) => ({ seq, id });
const arrivals = (order: RoomOrder, ...seqs: number[]): Arrival[] => seqs.map((seq) => order.take(message(seq)));

describe('RoomOrder', () => {
  it('takes what follows, and knows what it has', () => {
    const order = new RoomOrder(5);
    expect(arrivals(order, 6, 7, 6, 3)).toEqual(['next', 'next', 'known', 'known']);
    expect(order.last).toBe(7);
  });

  it('tells a gap, and what comes late into it', () => {
    const order = new RoomOrder(0);
    expect(arrivals(order, 1, 4, 5, 2, 3, 6)).toEqual(['next', 'gap', 'gap', 'late', 'late', 'next']);
    expect(order.last).toBe(6);
  });

  it('tells what a gateway mends from what comes in the wrong order', () => {
    const take = (order: RoomOrder, isMended: boolean, seqs: readonly number[]) =>
      order
        .takeFrame(
          seqs.map((seq) => message(seq)),
          isMended,
        )
        .map(([, arrival]) => arrival);
    const frame = (order: RoomOrder, ...seqs: number[]) => take(order, false, seqs);
    const repair = (order: RoomOrder, ...seqs: number[]) => take(order, true, seqs);
    const mended = new RoomOrder(0);
    expect(frame(mended, 1, 4)).toEqual(['next', 'gap']);
    expect(mended.holes(5)).toEqual([2, 3]);
    expect(mended.holes(1)).toEqual([2]);
    expect(repair(mended, 2, 3, 4, 5)).toEqual(['mended', 'mended', 'known', 'next']);
    expect(mended.holes(5)).toEqual([]);
    expect(frame(mended, 8)).toEqual(['gap']);
    expect(repair(mended, 7, 6)).toEqual(['mended', 'late']);
    const turned = new RoomOrder(0);
    expect(frame(turned, 2)).toEqual(['gap']);
    expect(frame(turned, 1)).toEqual(['late']);
    expect(frame(turned, 4, 3)).toEqual(['gap', 'late']);
    expect(frame(turned, 6)).toEqual(['gap']);
    expect(frame(turned, 6, 5)).toEqual(['known', 'late']);
  });

  it('tells one message at two places, and two at one', () => {
    const order = new RoomOrder(0);
    arrivals(order, 1, 2);
    expect(order.take(message(3, 'm1'))).toBe('duplicated');
    expect(order.take(message(2, 'another'))).toBe('duplicated');
    expect(order.last).toBe(2);
  });

  it('gives up what was skipped, and goes on behind it', () => {
    const order = new RoomOrder(0);
    expect(arrivals(order, 4, 7)).toEqual(['gap', 'gap']);
    order.skipTo(5);
    expect(arrivals(order, 2, 6, 8)).toEqual(['known', 'late', 'next']);
    expect(order.last).toBe(8);
    order.skipTo(3);
    expect(order.last).toBe(8);
  });

  it('is complete exactly when everything has come, in whatever order and however often', () => {
    const shuffled = fc.integer({ min: 1, max: 30 }).chain((count) =>
      fc.shuffledSubarray(
        Array.from({ length: count * 2 }, (_, index) => (index % count) + 1),
        { minLength: count * 2 },
      ),
    );
    fc.assert(
      fc.property(shuffled, (seqs) => {
        const order = new RoomOrder(0);
        const seen = new Set<number>();
        for (const seq of seqs) {
          const arrival = order.take(message(seq));
          expect(arrival === 'known').toBe(seen.has(seq));
          expect(arrival === 'late').toBe(!seen.has(seq) && seq < Math.max(0, ...seen));
          seen.add(seq);
          let whole = 0;
          while (seen.has(whole + 1)) whole += 1;
          expect(order.last).toBe(whole);
          expect(order.missing).toBe(Math.max(...seen) - seen.size);
        }
      }),
    );
  });
});
