import { ParleyError } from '@parley/contracts';
import { NoAnswerError } from '@parley/client';
import { messageOf } from '@parley/client/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deletions } from './deletions.js';
import { Notices } from './notices.js';

describe('Deletions', () => {
  const message = messageOf(1);
  let notices: Notices;
  let sent: string[];
  let left: string[];
  let answers: Error[];
  let deletions: Deletions;
  const stored = new Map<string, string>();
  const open = () =>
    new Deletions({
      notices,
      send: async ({ id }) => {
        const error = answers.shift();
        if (error) throw error;
        sent.push(id);
      },
      sendOnLeave: ({ id }) => left.push(id),
      storage: { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => void stored.set(key, value) },
      key: 'deletions',
    });

  beforeEach(() => {
    vi.useFakeTimers();
    notices = new Notices();
    [sent, left, answers] = [[], [], []];
    stored.clear();
    deletions = open();
  });
  afterEach(() => void vi.useRealTimers());
  const isHidden = () => deletions.hidden.get().has(message.id);

  it('hides at once and sends when it cannot be undone any more', async () => {
    deletions.delete(message);
    deletions.delete(message);
    expect([isHidden(), notices.store.get()]).toMatchObject([true, [{ undo: expect.any(Function) }]]);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect([sent, notices.store.get(), isHidden()]).toEqual([[message.id], [], true]);
  });

  it('can be undone', async () => {
    deletions.delete(message);
    notices.store.get()[0]!.undo!();
    await vi.advanceTimersByTimeAsync(20_000);
    expect([sent, notices.store.get(), isHidden()]).toEqual([[], [], false]);
  });

  it('goes when the page closes', async () => {
    deletions.delete(message);
    deletions.leave();
    await vi.advanceTimersByTimeAsync(20_000);
    expect([left, sent]).toEqual([[message.id], []]);
  });

  it('is taken up by the next page, whatever became of what was sent last', async () => {
    deletions.delete(message);
    deletions.leave();
    deletions = open();
    expect(isHidden()).toBe(true);
    answers = [new NoAnswerError('offline'), new ParleyError('MESSAGE_DELETED')];
    for (const _ of answers.slice()) {
      deletions.resume();
      await vi.advanceTimersByTimeAsync(0);
    }
    expect([answers, isHidden(), notices.store.get()]).toEqual([[], true, []]);
    deletions = open();
    expect(isHidden()).toBe(false);
  });

  it('is not lost when the page closes without a connection', async () => {
    answers = [new NoAnswerError('offline')];
    deletions.delete(message);
    await vi.advanceTimersByTimeAsync(10_000);
    deletions.leave();
    deletions = open();
    deletions.resume();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toEqual([message.id]);
  });

  it('waits for a connection, and shows again what may not be deleted', async () => {
    answers = [new NoAnswerError('offline'), new ParleyError('FORBIDDEN')];
    deletions.delete(message);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([isHidden(), sent]).toEqual([true, []]);
    deletions.resume();
    await vi.advanceTimersByTimeAsync(0);
    expect([isHidden(), notices.store.get().length]).toEqual([false, 1]);
  });
});
