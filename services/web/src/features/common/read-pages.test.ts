import { describe, expect, it } from 'vitest';
import { readPages } from './read-pages.js';

describe('readPages', () => {
  const list = [
    { items: ['a', 'b'], nextCursor: 'c' },
    { items: ['c'], nextCursor: null },
  ];
  const read = (cursor: string | undefined) => Promise.resolve(list[cursor === undefined ? 0 : 1]!);

  it('reads as many as were asked for and there are, and knows whether that is all', async () => {
    expect(await readPages(read, 1)).toEqual({ pages: [list[0]], hasMore: true });
    expect(await readPages(read, 2)).toEqual({ pages: list, hasMore: false });
    expect(await readPages(read, 5)).toEqual({ pages: list, hasMore: false });
  });
});
