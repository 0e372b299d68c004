import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Typing } from './typing.js';
import { TypingSignal } from './typing-signal.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('Typing', () => {
  it('shows who writes until they stop, send, or fall silent', () => {
    const typing = new Typing();
    const now = () => typing.store.get().get('room') ?? [];
    typing.apply({ roomId: 'room', userIds: ['a', 'b'] });
    typing.stop('room', 'a');
    expect(now()).toEqual(['b']);
    typing.apply({ roomId: 'room', userIds: [] });
    expect(now()).toEqual([]);
    typing.apply({ roomId: 'room', userIds: ['c'] });
    vi.advanceTimersByTime(7_900);
    expect(now()).toEqual(['c']);
    vi.advanceTimersByTime(200);
    expect(now()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('TypingSignal', () => {
  const setup = () => {
    const sent: boolean[] = [];
    return { sent, signal: new TypingSignal((on) => sent.push(on)) };
  };

  it('says it at most every 3 s, and when it is over', () => {
    const { sent, signal } = setup();
    for (let key = 0; key < 40; key += 1) {
      signal.changed('x'.repeat(key + 1));
      vi.advanceTimersByTime(100);
    }
    expect(sent).toEqual([true, true]);
    vi.advanceTimersByTime(5_000);
    expect(sent).toEqual([true, true, false]);
  });

  it('stops when the field is emptied, and says nothing twice', () => {
    const { sent, signal } = setup();
    signal.changed('a');
    signal.changed(' ');
    signal.stop();
    expect(sent).toEqual([true, false]);
  });

  it('leaves it to the message itself to end the line', () => {
    const { sent, signal } = setup();
    signal.changed('a');
    signal.sent();
    vi.advanceTimersByTime(60_000);
    expect(sent).toEqual([true]);
    signal.changed('b');
    expect(sent).toEqual([true, true]);
  });
});
