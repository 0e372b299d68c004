import { describe, expect, it } from 'vitest';
import { narrow } from './capacity.ts';

describe('the search for the capacity', () => {
  it.each([1, 7, 90, 250, 1_000, 4_321])('comes within a tenth of %i from below', async (capacity) => {
    const asked: number[] = [];
    const holds = (people: number) => {
      asked.push(people);
      return Promise.resolve(people <= capacity);
    };
    const found = await narrow({ from: 250, most: 10_000, holds });
    expect(found).toBeLessThanOrEqual(capacity);
    expect(found).toBeGreaterThanOrEqual(Math.floor(capacity / 1.1));
    expect(asked.length).toBeLessThan(15);
  });

  it('ends with all who are there, or with nobody', async () => {
    expect(await narrow({ from: 250, most: 600, holds: () => Promise.resolve(true) })).toBe(600);
    expect(await narrow({ from: 250, most: 100, holds: () => Promise.resolve(true) })).toBe(100);
    expect(await narrow({ from: 250, most: 600, holds: () => Promise.resolve(false) })).toBe(0);
  });
});
