import type { Conversation } from '@parley/contracts';
import { roomOf, userOf, uuidOf } from '@parley/client/testing';
import { describe, expect, it } from 'vitest';
import type { Command } from '../commands/commands.js';
import { findLocally, indexOf, readTyped, withRemote, type SwitcherItem } from './switcher-items.js';

const entry = (id: string, name: string, changes: Partial<Conversation> = {}): Conversation => ({
  room: roomOf({ id, name }),
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
const written = (minute: number) => ({
  seq: 1,
  sender: null,
  preview: '',
  createdAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
});
const bob = userOf(uuidOf(0xb0), 'Bob Baker');
const all = new Map(
  [
    entry('general', 'general', { lastMessage: written(3) }),
    entry('garden', 'Garden', { lastMessage: written(9) }),
    entry('news', 'news', { unreadCount: 2 }),
    { ...entry('bob', ''), room: roomOf({ id: 'bob', kind: 'direct', name: '', peer: bob }) },
  ].map((each) => [each.room.id, each] as const),
);
const command = (id: string, label: string): Command => ({ id, label, group: 'rooms', run: () => undefined });
const search = (typed: string, recent: string[] = [], currentRoomId?: string) =>
  findLocally(typed, {
    index: indexOf(all),
    recent,
    currentRoomId,
    commands: [command('create', 'New garden room'), { ...command('note', 'Garden note'), run: undefined as never }],
  });
const keys = (items: readonly SwitcherItem[]) => items.map(({ key }) => key);

describe('the switcher', () => {
  it.each([
    ['gen', 'all', 'gen'],
    [' @ bob ', 'people', 'bob'],
    ['#', 'rooms', ''],
    ['>new', 'commands', 'new'],
  ])('reads %j', (typed, scope, query) => {
    expect(readTyped(typed)).toEqual({ scope, query });
  });

  it('begins with what is unread, then where one was last, then by activity; not with where one is', () => {
    expect(keys(search('', ['bob'], 'general'))).toEqual(['news', 'bob', 'garden']);
    expect(keys(search('', ['general', 'garden']))).toEqual(['news', 'general', 'garden', 'bob']);
  });

  it('finds rooms, people by either name, and actions that can be done', () => {
    expect(keys(search('ga'))).toEqual(['garden', 'command create']);
    expect(keys(search('baker'))).toEqual(['bob']);
    expect(keys(search(bob.username))).toEqual(['bob']);
    expect(keys(search('@'))).toEqual(['bob']);
    expect(keys(search('#gene'))).toEqual(['general']);
    expect(keys(search('>'))).toEqual(['command create']);
  });

  it('adds what the server knows, and nothing twice', () => {
    const stranger = userOf(uuidOf(0xc0), 'Carol');
    const remote: SwitcherItem[] = [
      { kind: 'person', key: 'person bob', user: bob },
      { kind: 'person', key: 'person carol', user: stranger },
      { kind: 'room', key: 'garden', room: roomOf({ id: 'garden' }) },
      { kind: 'room', key: 'far', room: roomOf({ id: 'far' }) },
    ];
    expect(keys(withRemote(search('bob'), remote, all))).toEqual(['bob', 'person carol', 'far']);
  });

  it('answers among 5,000 rooms in well under 50 ms', () => {
    const index = indexOf(
      new Map(Array.from({ length: 5_000 }, (_, at) => [`${at}`, entry(`${at}`, `Club of the ${at} friends of Ångström`)] as const)),
    );
    const times = ['', 'c', 'club 4', 'frnds', 'zzz'].map((typed) => {
      const startedAt = performance.now();
      findLocally(typed, { index, recent: [], currentRoomId: undefined, commands: [] });
      return performance.now() - startedAt;
    });
    expect(times.toSorted((one, other) => one - other)[2]).toBeLessThan(50);
  });
});
