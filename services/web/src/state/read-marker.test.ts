import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NoAnswerError } from '@parley/client';
import { ReadMarker, type ReadingSituation } from './read-marker.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

function setup() {
  const sent: number[] = [];
  let readSeq = 5;
  const world = { send: (seq: number): Promise<void> => Promise.resolve(void sent.push(seq)) };
  const marker = new ReadMarker({
    readSeq: () => readSeq,
    send: (_, seq) => world.send(seq),
    showAsRead: (_, seq) => (readSeq = seq),
  });
  const look = (changes: Partial<ReadingSituation> = {}) =>
    marker.observe({ roomId: 'room', newestSeq: 8, isFocused: true, isAtBottom: true, isMember: true, ...changes });
  return { sent, world, marker, look };
}

describe('ReadMarker', () => {
  it('marks what was in sight for half a second', async () => {
    const { sent, look } = setup();
    look();
    await vi.advanceTimersByTimeAsync(490);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(20);
    expect(sent).toEqual([8]);
  });

  it.each([{ isFocused: false }, { isAtBottom: false }, { isMember: false }, { newestSeq: 5 }])(
    'marks nothing with %j',
    async (changes) => {
      const { sent, look } = setup();
      look(changes);
      await vi.advanceTimersByTimeAsync(5_000);
      expect(sent).toEqual([]);
    },
  );

  it.each([{ isFocused: false }, { isAtBottom: false }])('starts over when people look away (%j)', async (changes) => {
    const { sent, look } = setup();
    look();
    await vi.advanceTimersByTimeAsync(400);
    look(changes);
    await vi.advanceTimersByTimeAsync(400);
    look();
    await vi.advanceTimersByTimeAsync(400);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toEqual([8]);
  });

  it('does not mark a room that was left', async () => {
    const { sent, marker, look } = setup();
    look();
    marker.observe(undefined);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent).toEqual([]);
  });

  it('keeps up with a room in which messages never stop', async () => {
    const { sent, look } = setup();
    for (let seq = 6; seq < 106; seq += 1) {
      look({ newestSeq: seq });
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(sent.length).toBeGreaterThan(7);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent.at(-1)).toBe(105);
  });

  it('keeps the badge when the server was not told, and tells it with the next connection', async () => {
    const { sent, world, marker, look } = setup();
    const { send } = world;
    world.send = () => Promise.reject(new NoAnswerError('offline'));
    look();
    await vi.advanceTimersByTimeAsync(5_000);
    world.send = send;
    marker.recheck();
    await vi.advanceTimersByTimeAsync(600);
    expect(sent).toEqual([8]);
    marker.recheck();
    await vi.advanceTimersByTimeAsync(600);
    expect(sent).toEqual([8]);
  });

  it('leaves a room unread that somebody marked so, until it is opened again', async () => {
    const { sent, marker, look } = setup();
    look();
    marker.hold('room');
    await vi.advanceTimersByTimeAsync(5_000);
    look({ newestSeq: 9 });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent).toEqual([]);
    marker.observe(undefined);
    look({ newestSeq: 9 });
    await vi.advanceTimersByTimeAsync(600);
    expect(sent).toEqual([9]);
    marker.hold('room');
    look({ newestSeq: 10 });
    marker.release('room');
    await vi.advanceTimersByTimeAsync(600);
    expect(sent).toEqual([9, 10]);
  });
});
