import type { PresenceEntry } from '@parley/platform';
import { beforeEach, describe, expect, it } from 'vitest';
import { WatchList } from './watch-list.js';

const entry = (userId: string, state: PresenceEntry['state']): PresenceEntry => ({ userId, state, lastSeenAt: null });

describe('WatchList', () => {
  let list: WatchList<string>;
  beforeEach(() => {
    list = new WatchList();
  });
  const learn = (...entries: PresenceEntry[]) => list.learn(entries, list.beginReading());

  it('tells those who look of changes, and of nothing else', () => {
    list.replace('one', new Set(['alice', 'bob']));
    list.replace('two', new Set(['bob']));
    expect(learn(entry('alice', 'online'), entry('bob', 'offline'), entry('eve', 'online')).size).toBe(0);
    expect(learn(entry('alice', 'online'), entry('bob', 'offline')).size).toBe(0);
    expect([...learn(entry('alice', 'away'), entry('bob', 'online'))]).toEqual([
      ['one', [entry('alice', 'away'), entry('bob', 'online')]],
      ['two', [entry('bob', 'online')]],
    ]);
    expect(list.knownTo('two')).toEqual([entry('bob', 'online')]);
  });

  it('forgets people whom nobody looks at any more', () => {
    list.replace('one', new Set(['alice', 'bob']));
    list.replace('two', new Set(['bob']));
    list.replace('one', new Set(['carol']));
    expect(list.userIds.sort()).toEqual(['bob', 'carol']);
    for (const watcher of ['one', 'two']) list.replace(watcher, new Set());
    expect([list.userIds, list.isWatched('bob')]).toEqual([[], false]);
  });

  it('keeps what is known when a list is replaced by one that overlaps', () => {
    list.replace('one', new Set(['alice', 'bob']));
    learn(entry('alice', 'online'), entry('bob', 'away'));
    list.replace('one', new Set(['bob', 'carol']));
    expect(list.unknownOf(['bob', 'carol'])).toEqual(['carol']);
    expect(list.knownTo('one')).toEqual([entry('bob', 'away')]);
  });

  it('believes the reading that began last, in whatever order they end', () => {
    list.replace('one', new Set(['alice']));
    learn(entry('alice', 'offline'));
    const [early, late] = [list.beginReading(), list.beginReading()];
    expect(list.learn([entry('alice', 'online')], late).size).toBe(1);
    expect(list.learn([entry('alice', 'offline')], early).size).toBe(0);
    expect(list.knownTo('one')).toEqual([entry('alice', 'online')]);
  });
});
