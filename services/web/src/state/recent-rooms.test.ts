import { expect, it } from 'vitest';
import { RecentRooms } from './recent-rooms.js';

const storageWith = (text: string | null) => {
  const kept = { text };
  return { kept, getItem: () => kept.text, setItem: (_key: string, value: string) => void (kept.text = value) };
};

it('keeps the last rooms, the newest first, over a reload', () => {
  const storage = storageWith(null);
  const recent = new RecentRooms(storage, 'recent');
  for (const id of ['a', 'b', 'a', 'c']) recent.visit(id);
  expect(recent.store.get()).toEqual(['c', 'a', 'b']);
  expect(new RecentRooms(storage, 'recent').store.get()).toEqual(['c', 'a', 'b']);
  for (let count = 0; count < 50; count += 1) recent.visit(String(count));
  expect(recent.store.get()).toHaveLength(20);
});

it.each([['no JSON'], ['{"a":1}'], ['[1,null]']])('begins anew where %s is kept', (text) => {
  expect(new RecentRooms(storageWith(text), 'recent').store.get()).toEqual([]);
});

it('goes on where nothing can be kept', () => {
  const refuse = () => {
    throw new Error('full');
  };
  const recent = new RecentRooms({ getItem: refuse, setItem: refuse }, 'recent');
  recent.visit('a');
  expect(recent.store.get()).toEqual(['a']);
});
