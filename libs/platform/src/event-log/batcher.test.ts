import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Batcher, type BatcherOptions } from './batcher.js';

describe('Batcher', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  /** A batcher whose writes end when the test says so. */
  function controlled(options: Partial<BatcherOptions<number>> = {}) {
    const batches: number[][] = [];
    const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
    const batcher = new Batcher<number>({
      ...options,
      write: (items) => {
        batches.push([...items]);
        return new Promise((resolve, reject) => ends.push({ resolve, reject }));
      },
    });
    const outcomes = new Map<number, string>();
    const add = (item: number): void =>
      void batcher.add(item).then(
        () => outcomes.set(item, 'written'),
        (error: Error & { code?: string }) => outcomes.set(item, error.code ?? error.message),
      );
    const addAll = (count: number, from = 0): void => {
      for (let i = 0; i < count; i++) add(from + i);
    };
    return {
      batcher,
      batches,
      outcomes,
      add,
      addAll,
      end: () => ends.shift()!.resolve(),
      fail: (text: string) => ends.shift()!.reject(new Error(text)),
    };
  }

  /** Lets the present turn end, without time passing. */
  const turn = () => vi.advanceTimersByTimeAsync(0);
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('sends the first item of a quiet period at the end of the turn, with all that came in it', async () => {
    const { add, batches } = controlled();
    add(1);
    add(2);
    expect(batches).toEqual([]);
    await turn();
    expect(batches).toEqual([[1, 2]]);
  });

  it('then flushes once per window', async () => {
    const { add, batches, end } = controlled();
    add(1);
    await turn();
    end();
    await turn();
    add(2);
    await pass(2);
    add(3);
    expect(batches).toEqual([[1]]);
    await pass(3);
    expect(batches).toEqual([[1], [2, 3]]);
    end();
    await pass(50);
    add(4);
    await turn();
    expect(batches.at(-1)).toEqual([4]);
  });

  it('flushes at once when 16 wait', async () => {
    const { add, addAll, batches, end } = controlled();
    add(0);
    await turn();
    end();
    await turn();
    addAll(15, 1);
    await turn();
    expect(batches).toHaveLength(1);
    add(16);
    await turn();
    expect(batches[1]).toHaveLength(16);
  });

  it('has one write in flight, however many wait', async () => {
    const { add, addAll, batches, end } = controlled();
    add(0);
    await turn();
    addAll(100, 1);
    await pass(100);
    expect(batches).toHaveLength(1);
    end();
    await turn();
    expect(batches).toHaveLength(2);
    expect(batches[1]).toHaveLength(100);
  });

  it('takes at most 500 at once', async () => {
    const { addAll, batches, end } = controlled();
    addAll(1_200);
    for (let i = 0; i < 3; i++) {
      await turn();
      end();
    }
    expect(batches.map((batch) => batch.length)).toEqual([500, 500, 200]);
  });

  it('rejects exactly the items of a batch that failed', async () => {
    const { addAll, outcomes, end, fail } = controlled({ maxBatch: 2 });
    addAll(6);
    await turn();
    end();
    await pass(5);
    fail('no');
    await pass(5);
    end();
    await turn();
    expect([...outcomes]).toEqual([0, 1, 2, 3, 4, 5].map((item) => [item, item === 2 || item === 3 ? 'no' : 'written']));
  });

  it('treats a write that throws like one that rejects', async () => {
    const batcher = new Batcher<number>({
      write: () => {
        throw new Error('no');
      },
    });
    const added = expect(batcher.add(1)).rejects.toThrow('no');
    await turn();
    await added;
    expect(batcher.size).toBe(0);
  });

  it('refuses with BUSY what does not fit into the queue', async () => {
    const { addAll, outcomes, batches } = controlled({ maxWaiting: 3 });
    addAll(5);
    await turn();
    expect([...outcomes]).toEqual([
      [3, 'BUSY'],
      [4, 'BUSY'],
    ]);
    expect(batches).toEqual([[0, 1, 2]]);
  });

  it('answers UNCONFIRMED after 4 s, while the write goes on; what still waited is not written any more', async () => {
    const { add, outcomes, batches, end } = controlled();
    add(1);
    await turn();
    await pass(3_000);
    add(2);
    await pass(990);
    expect([...outcomes]).toEqual([]);
    await pass(20);
    expect([...outcomes]).toEqual([[1, 'UNCONFIRMED']]);
    await pass(3_000);
    expect([...outcomes.values()]).toEqual(['UNCONFIRMED', 'UNCONFIRMED']);
    add(3);
    end();
    await turn();
    await pass(10);
    expect(batches).toEqual([[1], [3]]);
    end();
    await turn();
    expect(outcomes.get(3)).toBe('written');
  });

  it('writes in close what it took, and takes nothing more', async () => {
    const { batcher, addAll, batches, outcomes, end } = controlled({ maxBatch: 2 });
    addAll(5);
    let isClosed = false;
    void batcher.close().then(() => (isClosed = true));
    addAll(1, 5);
    for (let i = 0; i < 3; i++) {
      await pass(10);
      expect(isClosed).toBe(false);
      end();
    }
    await turn();
    expect(isClosed).toBe(true);
    expect(batches).toEqual([[0, 1], [2, 3], [4]]);
    expect(outcomes.get(5)).toBe('UNAVAILABLE');
  });

  it('closes at once when it has nothing', async () => {
    await expect(controlled().batcher.close()).resolves.toBeUndefined();
  });

  it('closes when all that waited has timed out', async () => {
    const { batcher, add, end, outcomes } = controlled();
    add(1);
    await turn();
    add(2);
    let isClosed = false;
    void batcher.close().then(() => (isClosed = true));
    await pass(5_000);
    expect([...outcomes.values()]).toEqual(['UNCONFIRMED', 'UNCONFIRMED']);
    expect(isClosed).toBe(false);
    end();
    await turn();
    expect(isClosed).toBe(true);
  });

  it('writes each item once, in order, within its bounds, whatever the timing', async () => {
    const step = fc.record({
      waitMs: fc.constantFrom(0, 0, 0, 1, 3, 7),
      items: fc.integer({ min: 0, max: 40 }),
      isWriteOver: fc.boolean(),
      hasFailed: fc.constantFrom(false, false, false, true),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 60 }), async (steps, maxBatch) => {
        const { addAll, batches, outcomes, end, fail } = controlled({ maxBatch, maxWaiting: 100_000 });
        let added = 0;
        let ended = 0;
        const failed = new Set<number>();
        const finish = (hasFailed: boolean) => {
          if (batches.length === ended) return;
          if (hasFailed) for (const item of batches[ended]!) failed.add(item);
          ended++;
          if (hasFailed) fail('no');
          else end();
        };
        for (const { waitMs, items, isWriteOver, hasFailed } of steps) {
          addAll(items, added);
          added += items;
          await pass(waitMs);
          expect(batches.length - ended).toBeLessThanOrEqual(1);
          if (isWriteOver) finish(hasFailed);
          await turn();
        }
        for (let i = 0; outcomes.size < added && i <= added; i++) {
          await pass(5);
          finish(false);
          await turn();
        }
        expect(batches.flat()).toEqual(Array.from({ length: added }, (_, i) => i));
        expect(Math.max(0, ...batches.map((batch) => batch.length))).toBeLessThanOrEqual(maxBatch);
        for (let item = 0; item < added; item++) expect(outcomes.get(item)).toBe(failed.has(item) ? 'no' : 'written');
      }),
      { numRuns: 150 },
    );
  });

  it('answers in time also what expires while others are being told so', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] });
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    const batcher = new Batcher<string>({ write: () => new Promise<void>(() => undefined), timeoutMs: 4_000 });
    const answers: string[] = [];
    const add = (name: string) => void batcher.add(name).catch((error: { code: string }) => answers.push(`${name} ${error.code}`));
    add('first');
    clock.mockReturnValue(0.6);
    add('second');
    await vi.advanceTimersByTimeAsync(100); // both are in flight
    // The deadline of the second, 4,000.6, passes between two looks at the clock.
    clock.mockReturnValueOnce(4_000.5).mockReturnValue(4_000.7);
    await vi.advanceTimersByTimeAsync(3_950);
    expect(answers).toEqual(['first UNCONFIRMED', 'second UNCONFIRMED']);
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
});
