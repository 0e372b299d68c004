import { describe, expect, it } from 'vitest';
import { WorkSlots } from './work-slots.js';

describe('WorkSlots', () => {
  /** Work that ends when told to. */
  const works = () => {
    const ends: (() => void)[] = [];
    const started: number[] = [];
    const work = (index: number) => async () => {
      started.push(index);
      await new Promise<void>((resolve) => (ends[index] = resolve));
      return index;
    };
    return { ends, started, work };
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it('runs a few at once, the others in order of arrival', async () => {
    const slots = new WorkSlots(2, 10);
    const { ends, started, work } = works();
    const results = [0, 1, 2, 3].map((index) => slots.run(work(index)));
    await settle();
    expect(started).toEqual([0, 1]);
    ends[1]?.();
    await settle();
    expect(started).toEqual([0, 1, 2]);
    ends[0]?.();
    await settle();
    expect(started).toEqual([0, 1, 2, 3]);
    ends[2]?.();
    ends[3]?.();
    expect(await Promise.all(results)).toEqual([0, 1, 2, 3]);
  });

  it('sends away who would wait too long, and nobody once there is room', async () => {
    const slots = new WorkSlots(1, 1);
    const { ends, work } = works();
    const [first, second] = [slots.run(work(0)), slots.run(work(1))];
    await expect(slots.run(work(2))).rejects.toMatchObject({ code: 'BUSY', isRetryable: true, retryAfterMs: 1000 });
    ends[0]?.();
    await first;
    const third = slots.run(work(3));
    await settle();
    ends[1]?.();
    await settle();
    ends[3]?.();
    expect(await Promise.all([second, third])).toEqual([1, 3]);
  });

  it('gives the slot back when work fails', async () => {
    const slots = new WorkSlots(1, 0);
    const failure = new Error('no memory');
    await expect(slots.run(() => Promise.reject(failure))).rejects.toBe(failure);
    expect(await slots.run(() => Promise.resolve('fine'))).toBe('fine');
  });
});
