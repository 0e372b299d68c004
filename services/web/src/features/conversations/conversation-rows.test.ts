import type { Conversation } from '@parley/contracts';
import { expect, it } from 'vitest';
import { rowsOfSections } from './conversation-rows.js';

const of = (id: string) => ({ room: { id } }) as Conversation;

it('folds parts, and leaves the room on screen in sight', () => {
  const sections = [
    { id: 'unread', conversations: [of('a')] },
    { id: 'rooms', conversations: [of('b'), of('c')] },
  ] as const;
  const keys = (...folded: ('unread' | 'rooms')[]) => rowsOfSections(sections, new Set(folded), 'c').map(({ key }) => key);
  expect(keys()).toEqual(['unread', 'a', 'rooms', 'b', 'c']);
  expect(keys('rooms')).toEqual(['unread', 'a', 'rooms', 'c']);
  expect(keys('unread', 'rooms')).toEqual(['unread', 'rooms', 'c']);
});
