import { describe, expect, it } from 'vitest';
import { spreadOver } from './stale-lists.js';

describe('loading lists anew', () => {
  it('is spread over ten seconds, and over more for a crowd', () => {
    expect([0, 1, 2_000, 20_000].map(spreadOver)).toEqual([10_000, 10_000, 10_000, 100_000]);
  });
});
