import { describe, expect, it, vi } from 'vitest';
import type { RawRecord } from '../batch-runner.js';
import { BatchMerger } from './batch-merger.js';

const recordsOf = (partition: number, count: number): RawRecord[] =>
  Array.from({ length: count }, (_, offset) => ({
    topic: 'chat.messages',
    partition,
    offset: BigInt(offset),
    type: 'a',
    payload: '',
    appendedAt: 0,
  }));

describe('BatchMerger', () => {
  it('brings partitions together, fairly, and says of each how far it has come', async () => {
    const parts: string[] = [];
    const merger = new BatchMerger(
      4,
      async (records) => void parts.push(records.map(({ partition, offset }) => `${partition}/${offset}`).join(' ')),
    );
    const done: [number, bigint][] = [];
    const take = (partition: number, count: number) =>
      merger.take({ records: recordsOf(partition, count), onDone: (next) => void done.push([partition, next]) });
    await Promise.all([take(0, 5), take(1, 2)]);
    expect(parts).toEqual(['0/0 0/1 1/0 1/1', '0/2 0/3 0/4']);
    expect(done).toEqual([
      [0, 2n],
      [1, 2n],
      [0, 5n],
    ]);
    expect(merger.isBusy).toBe(false);
  });

  it('lets nobody go before the whole round is over', async () => {
    const gate = Promise.withResolvers<void>();
    const merger = new BatchMerger(10, () => gate.promise);
    const ended = vi.fn<() => void>();
    const round = merger.take({ records: recordsOf(0, 1), onDone: () => undefined }).then(ended);
    await new Promise((resolve) => setImmediate(resolve));
    const run: number[] = [];
    const late = merger.take({ records: recordsOf(1, 1), onDone: () => run.push(ended.mock.calls.length) });
    gate.resolve();
    await Promise.all([round, late]);
    expect(run).toEqual([0]); // the late one was done before the first heard of its end
    expect(ended).toHaveBeenCalledOnce();
  });

  it('drops the rest of a round that was given up, and says so to everybody', async () => {
    const run = vi.fn<() => Promise<void>>(async () => {
      throw new Error('given up');
    });
    const merger = new BatchMerger(1, run);
    const onDone = vi.fn<() => void>();
    const takes = [0, 1].map((partition) => merger.take({ records: recordsOf(partition, 2), onDone }));
    expect((await Promise.allSettled(takes)).map((take) => take.status)).toEqual(['rejected', 'rejected']);
    expect(run).toHaveBeenCalledOnce();
    expect(onDone).not.toHaveBeenCalled();
    await merger.idle();
  });
});
