import { beforeEach, describe, expect, it } from 'vitest';
import { ActivityCoalescer } from './activity-coalescer.js';

const notice = (roomId: string, head: number, mentions?: string[]) => ({
  roomId,
  head,
  preview: `message ${head}`,
  senderId: null,
  ...(mentions ? { mentions } : {}),
});

describe('ActivityCoalescer', () => {
  let activity: ActivityCoalescer;
  beforeEach(() => {
    activity = new ActivityCoalescer(1000, 50);
  });

  it('tells the first notice soon and later ones once per interval', () => {
    expect(activity.add(notice('a', 1), 0)).toBe(50);
    expect(activity.add(notice('a', 2), 10)).toBeUndefined();
    expect(activity.take(50)).toEqual([{ roomId: 'a', head: 2, preview: 'message 2', mentioned: new Set() }]);
    expect(activity.add(notice('a', 3), 150)).toBe(900);
    expect(activity.take(1050)).toHaveLength(1);
    expect(activity.add(notice('a', 4), 5000)).toBe(50);
  });

  it('keeps the newest message whatever the order, and every mention', () => {
    activity.add(notice('a', 7, ['alice']), 0);
    activity.add(notice('a', 6, ['bob']), 1);
    activity.add(notice('a', 8), 2);
    expect(activity.take(50)).toEqual([{ roomId: 'a', head: 8, preview: 'message 8', mentioned: new Set(['alice', 'bob']) }]);
  });

  it('tells several rooms together', () => {
    activity.add(notice('a', 1), 0);
    activity.add(notice('b', 1), 20);
    expect(activity.take(50).map(({ roomId }) => roomId)).toEqual(['a', 'b']);
    expect(activity.take(60)).toEqual([]);
  });
});
