import { beforeEach, describe, expect, it } from 'vitest';
import { TYPING_MS, TypingState } from './typing-state.js';

describe('TypingState', () => {
  let typing: TypingState;
  beforeEach(() => {
    typing = new TypingState();
  });

  it('tells a change once', () => {
    typing.set('room', 'alice', true, 0);
    expect(typing.takeChanges(1)).toEqual([{ roomId: 'room', userIds: ['alice'], typists: [], apart: ['alice'] }]);
    typing.set('room', 'alice', true, 2);
    expect(typing.takeChanges(3)).toEqual([]);
  });

  it('shows nobody himself, and tells a typist only what changed for him', () => {
    typing.set('room', 'alice', true, 0);
    typing.takeChanges(0);
    typing.set('room', 'bob', true, 1);
    // Bob's own list is [alice] before and after; he hears nothing.
    expect(typing.takeChanges(1)).toEqual([
      { roomId: 'room', userIds: ['alice', 'bob'], typists: [{ userId: 'alice', userIds: ['bob'] }], apart: ['alice', 'bob'] },
    ]);
    typing.set('room', 'bob', false, 2);
    expect(typing.takeChanges(2)).toEqual([
      { roomId: 'room', userIds: ['alice'], typists: [{ userId: 'alice', userIds: [] }], apart: ['alice', 'bob'] },
    ]);
  });

  it('drops who says nothing any more, and keeps who goes on', () => {
    typing.set('room', 'alice', true, 0);
    typing.set('room', 'bob', true, 0);
    typing.takeChanges(0);
    typing.set('room', 'bob', true, 3000);
    expect(typing.takeChanges(TYPING_MS - 1)).toEqual([]);
    expect(typing.takeChanges(TYPING_MS)[0]?.userIds).toEqual(['bob']);
    expect(typing.takeChanges(3000 + TYPING_MS)[0]?.userIds).toEqual([]);
    expect(typing.isEmpty).toBe(true);
  });

  it('says nothing about a list that is as it was', () => {
    typing.set('room', 'alice', true, 0);
    typing.set('room', 'alice', false, 1);
    typing.set('room', 'carol', false, 1);
    expect(typing.takeChanges(2)).toEqual([]);
    expect(typing.isEmpty).toBe(true);
  });

  it('keeps rooms apart and forgets closed ones', () => {
    typing.set('one', 'alice', true, 0);
    typing.set('two', 'bob', true, 0);
    typing.forget('one');
    expect(typing.takeChanges(0).map(({ roomId }) => roomId)).toEqual(['two']);
  });

  it('shows the first twenty', () => {
    for (let index = 0; index < 100; index += 1) typing.set('room', `user-${index}`, true, index);
    expect(typing.takeChanges(100)[0]?.userIds).toEqual(Array.from({ length: 20 }, (_, index) => `user-${index}`));
  });
});
