import { describe, expect, it } from 'vitest';
import { expiryOf } from './status-expiry.js';

const NOW = new Date(2026, 10, 30, 23, 50);

describe('expiryOf', () => {
  it('is never, after a time, or at midnight', () => {
    expect(expiryOf('never', NOW)).toBeNull();
    expect(expiryOf('halfHour', NOW)).toBe(new Date(2026, 11, 1, 0, 20).toISOString());
    expect(expiryOf('fourHours', NOW)).toBe(new Date(2026, 11, 1, 3, 50).toISOString());
    expect(expiryOf('today', NOW)).toBe(new Date(2026, 11, 1).toISOString());
  });
});
