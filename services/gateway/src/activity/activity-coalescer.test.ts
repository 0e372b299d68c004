import { beforeEach, describe, expect, it } from 'vitest';
import { ActivityCoalescer } from './activity-coalescer.js';

const notice = (roomId: string, head: number, mentions?: string[], authors?: Record<string, number[]>) => ({
  roomId,
  head,
  preview: `message ${head}`,
  senderId: null,
  ...(mentions ? { mentions } : {}),
  ...(authors ? { authors } : {}),
});

describe('ActivityCoalescer', () => {
  let activity: ActivityCoalescer;
  beforeEach(() => {
    activity = new ActivityCoalescer(1000, 50);
  });

  it('tells the first notice soon and later ones once per interval', () => {
    expect(activity.add(notice('a', 1), 0)).toBe(50);
    expect(activity.add(notice('a', 2), 10)).toBeUndefined();
    const told = { roomId: 'a', head: 2, preview: 'message 2', mentioned: new Set(), mentionsEveryone: false, authors: new Map() };
    expect(activity.take(50)).toEqual([told]);
    expect(activity.add(notice('a', 3), 150)).toBe(900);
    expect(activity.take(1050)).toHaveLength(1);
    expect(activity.add(notice('a', 4), 5000)).toBe(50);
  });

  it('keeps the newest message whatever the order, and every mention', () => {
    activity.add(notice('a', 7, ['alice']), 0);
    activity.add(notice('a', 6, ['bob']), 1);
    activity.add(notice('a', 8), 2);
    expect(activity.take(50)).toMatchObject([{ roomId: 'a', head: 8, preview: 'message 8', mentioned: new Set(['alice', 'bob']) }]);
  });

  it('knows who wrote what', () => {
    activity.add(notice('a', 2, [], { alice: [1, 2] }), 0);
    activity.add(notice('a', 5, [], { bob: [3], alice: [4], '': [5] }), 1);
    expect(activity.take(50)[0]?.authors).toEqual(
      new Map([
        ['alice', [1, 2, 4]],
        ['bob', [3]],
        ['', [5]],
      ]),
    );
    activity.add(notice('a', 6, [], { bob: [6] }), 2000);
    expect(activity.take(2050)[0]?.authors).toEqual(new Map([['bob', [6]]]));
  });

  it('tells several rooms together', () => {
    activity.add(notice('a', 1), 0);
    activity.add(notice('b', 1), 20);
    expect(activity.take(50).map(({ roomId }) => roomId)).toEqual(['a', 'b']);
    expect(activity.take(60)).toEqual([]);
  });
});
