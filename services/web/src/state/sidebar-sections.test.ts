import type { Conversation } from '@parley/contracts';
import { roomOf } from '@parley/client/testing';
import { describe, expect, it } from 'vitest';
import { nextUnread, sectionsOf, wantsAttention, type Section } from './sidebar-sections.js';
import { SidebarSettings } from './sidebar-settings.js';

const entry = (name: string, changes: Partial<Conversation> = {}, kind: 'room' | 'direct' = 'room'): Conversation => ({
  room: roomOf({ id: name, name, kind }),
  lastMessage: null,
  head: 10,
  readSeq: 10,
  unreadCount: 0,
  mentionCount: 0,
  notify: 'all',
  mutedUntil: null,
  favourite: false,
  ...changes,
});
const at = (minute: number): Conversation['lastMessage'] => ({
  seq: 10,
  sender: null,
  preview: '',
  createdAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
});
const mapOf = (...entries: Conversation[]) => new Map(entries.map((each) => [each.room.id, each]));
const names = (sections: Section[]) => sections.map(({ id, conversations }) => [id, conversations.map(({ room }) => room.id)]);
const soon = new Date(Date.now() + 60_000).toISOString();

describe('sectionsOf', () => {
  const all = mapOf(
    entry('zebra', { lastMessage: at(9) }),
    entry('apes', { lastMessage: at(1) }),
    entry('loved', { favourite: true }),
    entry('news', { unreadCount: 3, favourite: true }),
    entry('bob', {}, 'direct'),
  );

  it('puts each conversation in one part, and leaves empty parts out', () => {
    expect(names(sectionsOf(all, { sort: 'activity' }))).toEqual([
      ['unread', ['news']],
      ['favourites', ['loved']],
      ['rooms', ['zebra', 'apes']],
      ['direct', ['bob']],
    ]);
    expect(names(sectionsOf(mapOf(entry('one')), { sort: 'activity' }))).toEqual([['rooms', ['one']]]);
  });

  it('sorts by name on demand, numbers as numbers', () => {
    expect(names(sectionsOf(all, { sort: 'name' }))[2]).toEqual(['rooms', ['apes', 'zebra']]);
    const numbered = sectionsOf(mapOf(entry('room 10'), entry('Room 9')), { sort: 'name' });
    expect(names(numbered)).toEqual([['rooms', ['Room 9', 'room 10']]]);
  });

  it('leaves the room on screen where it was', () => {
    const read = mapOf(entry('news'), entry('other', { unreadCount: 1 }));
    expect(names(sectionsOf(read, { sort: 'activity', held: { roomId: 'news', wasUnread: true } }))).toEqual([
      ['unread', ['news', 'other']],
    ]);
    expect(names(sectionsOf(read, { sort: 'activity', held: { roomId: 'other', wasUnread: false } }))).toEqual([
      ['rooms', ['news', 'other']],
    ]);
  });
});

it.each([
  ['nothing unread', {}, false],
  ['something unread', { unreadCount: 1 }, true],
  ['a room that is to be quiet', { unreadCount: 1, mentionCount: 1, notify: 'none' }, false],
  ['mentions only, and none', { unreadCount: 1, notify: 'mentions' }, false],
  ['mentions only, and one', { unreadCount: 1, mentionCount: 1, notify: 'mentions' }, true],
  ['muted', { unreadCount: 1, mutedUntil: soon }, false],
  ['muted, and a mention', { unreadCount: 1, mentionCount: 1, mutedUntil: soon }, true],
  ['no longer muted', { unreadCount: 1, mutedUntil: '2026-01-01T00:00:00.000Z' }, true],
] as const)('%s', (_what, changes, wants) => {
  expect(wantsAttention(entry('room', changes))).toBe(wants);
});

it('goes to the next unread conversation in the order of the list, and around its end', () => {
  const sections = [
    { id: 'unread', conversations: [entry('a', { unreadCount: 1 }), entry('b', { unreadCount: 1 })] },
    { id: 'rooms', conversations: [entry('c'), entry('d')] },
  ] as const;
  expect(nextUnread(sections, 'a', 1)).toBe('b');
  expect(nextUnread(sections, 'b', 1)).toBe('a');
  expect(nextUnread(sections, 'd', -1)).toBe('b');
  expect(nextUnread(sections, undefined, 1)).toBe('a');
  expect(nextUnread(sections, undefined, -1)).toBe('b');
  expect(nextUnread([{ id: 'unread', conversations: [entry('a', { unreadCount: 1 })] }], 'a', 1)).toBeUndefined();
  expect(nextUnread([], 'a', 1)).toBeUndefined();
});

it('keeps how the list looks at this device', () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  const settings = new SidebarSettings(storage);
  settings.sortBy('name');
  settings.toggle('rooms');
  settings.toggle('direct');
  settings.toggle('direct');
  expect(new SidebarSettings(storage).store.get()).toEqual({ sort: 'name', collapsed: new Set(['rooms']) });
  kept.set('parley:sidebar', 'broken');
  expect(new SidebarSettings(storage).store.get()).toEqual({ sort: 'activity', collapsed: new Set() });
});
