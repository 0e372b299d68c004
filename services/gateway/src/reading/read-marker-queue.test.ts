import type { ReadMarkers } from '@parley/chat';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ReadMarkerQueue } from './read-marker-queue.js';

describe('ReadMarkerQueue', () => {
  const writes: { seq: number; answer: PromiseWithResolvers<number> }[] = [];
  const markRead = vi.fn<ReadMarkers['markRead']>((_room, _user, seq) => {
    const answer = Promise.withResolvers<number>();
    writes.push({ seq, answer });
    return answer.promise;
  });
  let queue: ReadMarkerQueue;
  beforeEach(() => {
    writes.length = 0;
    queue = new ReadMarkerQueue({ markRead } as unknown as ReadMarkers);
  });

  it('joins what comes while a write runs into one further write, with the largest position', async () => {
    const answers = [3, 5, 9, 7].map((seq) => queue.move('room', 'alice', seq));
    expect(writes.map(({ seq }) => seq)).toEqual([3]);
    writes[0]?.answer.resolve(3);
    await vi.waitFor(() => expect(writes.map(({ seq }) => seq)).toEqual([3, 9]));
    writes[1]?.answer.resolve(9);
    expect(await Promise.all(answers)).toEqual([3, 9, 9, 9]);
  });

  it('keeps people and rooms apart', () => {
    void queue.move('room', 'alice', 1);
    void queue.move('room', 'bob', 2);
    void queue.move('other', 'alice', 3);
    expect(writes.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('goes on after a failed write, and starts afresh when nothing waits', async () => {
    const first = queue.move('room', 'alice', 1);
    const second = queue.move('room', 'alice', 2);
    writes[0]?.answer.reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await vi.waitFor(() => expect(writes).toHaveLength(2));
    writes[1]?.answer.resolve(2);
    expect(await second).toBe(2);
    void queue.move('room', 'alice', 4);
    expect(writes.map(({ seq }) => seq)).toEqual([1, 2, 4]);
  });
});
