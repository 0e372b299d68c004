import { describe, expect, it } from 'vitest';
import { messageOf, messagesOf, openedOf } from '@parley/client/testing';
import { gapsIn, MessageWindow } from './message-window.js';

const seqs = (window: MessageWindow) => window.messages.map((message) => message.seq);
const opened = (from: number, to: number, changes = {}) => {
  const window = new MessageWindow();
  window.open(openedOf({ messages: messagesOf(from, to), ...changes }));
  return window;
};

describe('MessageWindow', () => {
  it('applies the next message and drops what it has', () => {
    const window = opened(1, 3);
    expect(window.live(1, messagesOf(2, 5)).map((message) => message.seq)).toEqual([4, 5]);
    expect(seqs(window)).toEqual([1, 2, 3, 4, 5]);
    expect(window.isBehind).toBe(false);
  });

  it('holds what comes too early until its turn', () => {
    const window = opened(1, 3);
    expect(window.live(1, [messageOf(6), messageOf(5)])).toEqual([]);
    expect(seqs(window)).toEqual([1, 2, 3]);
    expect(window.isBehind).toBe(true);
    expect(window.live(1, [messageOf(4)]).map((message) => message.seq)).toEqual([4, 5, 6]);
    expect(window.isBehind).toBe(false);
  });

  it('keeps live messages that overtake the answer to the first open', () => {
    const window = new MessageWindow();
    expect(window.live(1, [messageOf(4)])).toEqual([]);
    window.open(openedOf({ messages: messagesOf(2, 3) }));
    expect(seqs(window)).toEqual([2, 3, 4]);
  });

  it('knows of more history as long as the first message is not there', () => {
    expect(opened(2, 3).hasMoreBefore).toBe(true);
    expect(opened(1, 3).hasMoreBefore).toBe(false);
    const empty = new MessageWindow();
    empty.open(openedOf({ messages: [], head: 0 }));
    expect(empty.hasMoreBefore).toBe(false);
  });

  it('shows a gap when too much was missed, and loses no row it had', () => {
    const window = opened(1, 3);
    window.open(openedOf({ recovered: false, messages: messagesOf(300, 302) }));
    expect(seqs(window)).toEqual([1, 2, 3, 300, 301, 302]);
    expect(gapsIn(window.messages)).toEqual([{ after: 3, before: 300 }]);
    expect(window.lastSeq).toBe(302);
  });

  it('fills a gap from history', () => {
    const window = opened(1, 1);
    window.open(openedOf({ recovered: false, messages: messagesOf(5, 6) }));
    expect(
      window.insertOlder({
        roomId: '',
        epoch: 1,
        head: 6,
        changes: 0,
        messages: messagesOf(2, 4),
        hasMoreBefore: true,
        hasMoreAfter: true,
      }),
    ).toBe(true);
    expect(seqs(window)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(gapsIn(window.messages)).toEqual([]);
  });

  it('starts afresh in another epoch', () => {
    const window = opened(1, 5);
    window.open(openedOf({ epoch: 2, recovered: false, messages: messagesOf(2, 3) }));
    expect(seqs(window)).toEqual([2, 3]);
    expect(window.lastSeq).toBe(3);
  });

  it('starts afresh when the server knows less than we do', () => {
    const window = opened(1, 5);
    window.open(openedOf({ recovered: false, head: 2, messages: messagesOf(1, 2) }));
    expect(seqs(window)).toEqual([1, 2]);
  });

  it('keeps live messages of a new epoch until the room was asked about it', () => {
    const window = opened(1, 5);
    expect(window.live(2, [messageOf(3)])).toEqual([]);
    expect(window.isBehind).toBe(true);
    window.open(openedOf({ epoch: 2, recovered: false, messages: messagesOf(1, 2) }));
    expect(seqs(window)).toEqual([1, 2, 3]);
  });

  it('refuses history of another epoch', () => {
    const window = opened(3, 5);
    expect(
      window.insertOlder({
        roomId: '',
        epoch: 2,
        head: 5,
        changes: 0,
        messages: messagesOf(1, 2),
        hasMoreBefore: false,
        hasMoreAfter: true,
      }),
    ).toBe(false);
    expect(seqs(window)).toEqual([3, 4, 5]);
  });

  it('forgets the oldest rows on demand, and knows that they exist', () => {
    const window = opened(1, 10);
    window.trimTo(4);
    expect(seqs(window)).toEqual([7, 8, 9, 10]);
    expect(window.hasMoreBefore).toBe(true);
  });
});
