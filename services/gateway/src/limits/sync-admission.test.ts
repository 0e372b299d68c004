import { describe, expect, it } from 'vitest';
import { SyncAdmission } from './sync-admission.js';

describe('SyncAdmission', () => {
  it('lets a burst through at once, the next ones at the pace, and sends the others away', () => {
    const admission = new SyncAdmission(50, 10, () => 0.5);
    const answers = Array.from({ length: 100 }, () => admission.admit(0));
    const starts = answers.flatMap((answer) => ('at' in answer ? [answer.at] : []));
    expect(starts.filter((at) => at === 0)).toHaveLength(10);
    // Ten fit into a round of 200 ms at this pace.
    expect(starts.slice(10, 20)).toEqual(Array<number>(10).fill(200));
    expect(starts.at(20)).toBe(400);
    expect(Math.max(...starts)).toBeLessThanOrEqual(1500);
    expect(answers.at(-1)).toEqual({ retryAfterMs: 3000 });
  });

  it('serves a crowd of two thousand within a minute, never more than the pace allows', () => {
    const admission = new SyncAdmission(50, 100);
    const arrivals = Array.from({ length: 2000 }, () => 0);
    let admitted = 0;
    let last = 0;
    for (let now = 0; now <= 60_000 && arrivals.length > 0; now += 10) {
      for (let index = arrivals.length - 1; index >= 0; index -= 1) {
        if ((arrivals[index] ?? 0) > now) continue;
        const answer = admission.admit(now);
        if ('at' in answer) {
          arrivals.splice(index, 1);
          admitted += 1;
          last = Math.max(last, answer.at);
        } else arrivals[index] = now + answer.retryAfterMs;
      }
    }
    expect(admitted).toBe(2000);
    expect(last).toBeGreaterThanOrEqual((2000 - 100) * 20);
    expect(last).toBeLessThan(60_000);
  });
});
