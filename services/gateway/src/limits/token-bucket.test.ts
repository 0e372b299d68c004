import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.js';

describe('TokenBucket', () => {
  it('gives the burst at once, then one token per interval', () => {
    const bucket = new TokenBucket(8, 3, 0);
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([0, 0, 0]);
    expect(bucket.take(0)).toBe(125);
    expect(bucket.take(62.5)).toBe(63);
    expect(bucket.take(125)).toBe(0);
  });

  it('never holds more than the burst, however long it rests', () => {
    const bucket = new TokenBucket(20, 2, 0);
    const answers = [1, 2, 3].map(() => bucket.take(3_600_000));
    expect(answers).toEqual([0, 0, 50]);
  });

  it('takes several at a time, all or none', () => {
    const bucket = new TokenBucket(10, 5, 0);
    expect(bucket.take(0, 4)).toBe(0);
    expect(bucket.take(0, 2)).toBe(100);
    expect(bucket.take(0)).toBe(0);
    expect(bucket.take(500, 100)).toBe(0);
    expect(bucket.take(500)).toBe(100);
  });

  it('allows everything when it is switched off', () => {
    const bucket = new TokenBucket(0, 0, 0);
    expect(Array.from({ length: 1000 }, () => bucket.take(0)).every((wait) => wait === 0)).toBe(true);
  });
});
