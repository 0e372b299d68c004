import { beforeEach, describe, expect, it } from 'vitest';
import { ExpiryQueue } from './expiry-queue.js';

describe('ExpiryQueue', () => {
  let queue: ExpiryQueue<{ until: number }>;
  beforeEach(() => {
    queue = new ExpiryQueue((entry) => entry.until);
  });

  it('gives out what has expired, never early and at most a second late', () => {
    const entry = { until: 10_500 };
    queue.add(entry);
    expect(queue.takeExpired(10_499)).toEqual([]);
    expect(queue.takeExpired(11_000)).toEqual([entry]);
    expect(queue.takeExpired(12_000)).toEqual([]);
    expect(queue.size).toBe(0);
  });

  it('keeps what was renewed until its new end', () => {
    const entry = { until: 5000 };
    queue.add(entry);
    entry.until = 9000;
    expect(queue.takeExpired(6000)).toEqual([]);
    expect(queue.takeExpired(9000)).toEqual([entry]);
  });

  it('forgets what is deleted, also after a renewal', () => {
    const entry = { until: 5000 };
    queue.add(entry);
    entry.until = 9000;
    queue.delete(entry);
    expect(queue.size).toBe(0);
    expect(queue.takeExpired(100_000)).toEqual([]);
  });
});
