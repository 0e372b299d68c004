import type { Conversation } from '@parley/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NotificationSettings } from './notification-settings.js';
import { Notifier, type Note } from './notifier.js';
import { Store } from './store.js';

const conversation = (change: Partial<Omit<Conversation, 'room'>> & { kind?: 'room' | 'direct' } = {}): Conversation => {
  const { kind = 'room', ...rest } = change;
  const room = { id: 'one', kind, name: 'Garden', head: 0 } as Conversation['room'];
  const numbers = { head: 0, readSeq: 0, unreadCount: 0, mentionCount: 0 };
  return { room, lastMessage: null, notify: 'all', mutedUntil: null, isFavourite: false, ...numbers, ...rest } as Conversation;
};

describe('Notifier', () => {
  let store: Store<ReadonlyMap<string, Conversation>>;
  let notifier: Notifier;
  let shown: Note[];
  let dismissed: string[];
  const state = { isReady: true, isTeller: true, isReading: false };
  const become = (change: Parameters<typeof conversation>[0]) => store.set(new Map([['one', conversation(change)]]));

  beforeEach(() => {
    vi.useFakeTimers();
    Object.assign(state, { isReady: true, isTeller: true, isReading: false });
    [store, shown, dismissed] = [new Store(new Map([['one', conversation()]])), [], []];
    notifier = new Notifier({
      conversations: store,
      isReady: () => state.isReady,
      isTeller: () => state.isTeller,
      isReading: () => state.isReading,
      show: (note) => shown.push(note),
      dismiss: (roomId) => dismissed.push(roomId),
    });
  });
  afterEach(() => {
    notifier.dispose();
    vi.useRealTimers();
  });

  const lastMessage = { seq: 1, sender: { id: 'a', username: 'a', displayName: 'Ann', avatarUrl: '' }, preview: 'hello', createdAt: '' };

  it('tells what is still unread after a second, once for all that came meanwhile', () => {
    become({ head: 1, unreadCount: 1, lastMessage });
    vi.advanceTimersByTime(500);
    become({ head: 2, unreadCount: 2, lastMessage });
    expect(shown).toEqual([]);
    vi.advanceTimersByTime(500);
    expect(shown).toEqual([{ roomId: 'one', seq: 2, title: 'Ann · Garden (2)', body: 'hello' }]);
  });

  it('tells nothing of what was read meanwhile, and takes back what was read later', () => {
    become({ head: 1, unreadCount: 1 });
    become({ head: 1, readSeq: 1 });
    vi.advanceTimersByTime(2_000);
    expect(shown).toEqual([]);
    become({ head: 2, readSeq: 1, unreadCount: 1 });
    vi.advanceTimersByTime(1_000);
    expect(shown).toHaveLength(1);
    dismissed.length = 0;
    become({ head: 2, readSeq: 2 });
    expect(dismissed).toEqual(['one']);
  });

  it.each<[string, Parameters<typeof conversation>[0], boolean]>([
    ['all of it', { notify: 'all', unreadCount: 1 }, true],
    ['mentions alone', { notify: 'mentions', unreadCount: 1 }, false],
    ['a mention', { notify: 'mentions', unreadCount: 1, mentionCount: 1 }, true],
    ['what is private, as a mention', { notify: 'mentions', unreadCount: 1, kind: 'direct' }, true],
    ['nothing', { notify: 'none', unreadCount: 1, mentionCount: 1 }, false],
    ['nothing for now', { unreadCount: 1, mutedUntil: '9999-12-31T00:00:00.000Z' }, false],
    ['what comes after a mute', { unreadCount: 1, mutedUntil: '2020-01-01T00:00:00.000Z' }, true],
  ])('tells %s, as the room is set', (_what, change, isTold) => {
    become({ head: 1, ...change });
    vi.advanceTimersByTime(1_000);
    expect(shown).toHaveLength(isTold ? 1 : 0);
  });

  it.each([
    ['the list is being loaded', { isReady: false }],
    ['another tab tells', { isTeller: false }],
    ['the room is being read', { isReading: true }],
  ])('is silent while %s', (_when, change) => {
    Object.assign(state, change);
    become({ head: 1, unreadCount: 1 });
    vi.advanceTimersByTime(1_000);
    expect(shown).toEqual([]);
  });

  it('is silent when older messages are marked unread, and when the room is gone', () => {
    become({ head: 1 });
    become({ head: 1, unreadCount: 1 });
    become({ head: 2, unreadCount: 2 });
    store.set(new Map());
    vi.advanceTimersByTime(2_000);
    expect(shown).toEqual([]);
  });
});

it('NotificationSettings begin with nothing, and bear what others wrote', () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  const settings = new NotificationSettings('me', storage);
  expect(settings.store.get()).toEqual({ isShown: false, isPushed: false, isHeard: false });
  settings.set({ isHeard: true });
  expect(new NotificationSettings('me', storage).store.get()).toEqual({ isShown: false, isPushed: false, isHeard: true });
  expect(new NotificationSettings('you', storage).store.get().isHeard).toBe(false);
  kept.set('parley:notifications:me', '[no json');
  settings.reload();
  expect(settings.store.get().isHeard).toBe(false);
});
