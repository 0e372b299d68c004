import type { HistoryPosition, MessageHistory } from '@parley/chat';
import type { HistoryAnswer, Message, MessagesBatch } from '@parley/contracts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TailCache } from './tail-cache.js';

const ROOM = '00000000-0000-7000-8000-000000000001';
const message = (seq: number) => ({ seq }) as Message;
const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => message(from + index));
const batch = (...seqs: number[]): MessagesBatch => ({ roomId: ROOM, epoch: 1, messages: seqs.map(message) });
const seqs = (messages: readonly Message[]) => messages.map(({ seq }) => seq);

/** Storage with dense rooms that the test lets grow; reads can be held back. */
class Storage {
  head = 0;
  reads: HistoryPosition[] = [];
  private gates: (() => void)[] | undefined;

  readonly page = async (roomId: string, position: HistoryPosition, limit: number): Promise<HistoryAnswer> => {
    this.reads.push(position);
    const { head } = this;
    if (this.gates) await new Promise<void>((open) => this.gates?.push(open));
    const from = 'after' in position ? position.after + 1 : Math.max(1, head - limit + 1);
    const messages = range(from, Math.min(head, from + limit - 1));
    return { roomId, epoch: 1, head, changes: 0, messages, hasMoreBefore: from > 1, hasMoreAfter: false };
  };

  hold(): void {
    this.gates = [];
  }

  release(): void {
    for (const open of this.gates?.splice(0) ?? []) open();
    this.gates = undefined;
  }
}

describe('TailCache', () => {
  let storage: Storage;
  let tails: TailCache;
  beforeEach(() => {
    storage = new Storage();
    tails = new TailCache(storage as unknown as MessageHistory);
  });

  it('reads storage once for many who come at the same time, and not at all for those after them', async () => {
    storage.head = 80;
    const answers = await Promise.all(Array.from({ length: 100 }, () => tails.newest(ROOM)));
    expect(new Set(answers.map((tail) => tail.head))).toEqual(new Set([80]));
    expect(seqs((await tails.newest(ROOM)).newest(3))).toEqual([78, 79, 80]);
    expect(storage.reads).toHaveLength(1);
  });

  it('stays current with the stream', async () => {
    storage.head = 2;
    await tails.newest(ROOM);
    tails.observe(batch(3, 4));
    tails.observe(batch(4, 5));
    const tail = await tails.since(ROOM, 3);
    expect(tail.head).toBe(5);
    expect(seqs(tail.since(3))).toEqual([4, 5]);
    expect(storage.reads).toHaveLength(1);
  });

  it('adds what was streamed while the page was being read', async () => {
    storage.head = 10;
    storage.hold();
    const reading = tails.newest(ROOM);
    tails.observe(batch(10));
    tails.observe(batch(11, 12));
    storage.release();
    const tail = await reading;
    expect(tail.head).toBe(12);
    expect(seqs(tail.newest(3))).toEqual([10, 11, 12]);
  });

  it('reads again after a hole in the stream', async () => {
    storage.head = 10;
    await tails.newest(ROOM);
    storage.head = 14;
    tails.observe(batch(14));
    expect(seqs((await tails.newest(ROOM)).newest(5))).toEqual([10, 11, 12, 13, 14]);
    expect(storage.reads).toHaveLength(2);
  });

  it('reaches further back when somebody missed more than it holds', async () => {
    storage.head = 500;
    await tails.newest(ROOM);
    const tail = await tails.since(ROOM, 320);
    expect(seqs(tail.since(320))).toEqual(seqs(range(321, 500)));
    await tails.since(ROOM, 330);
    expect(storage.reads).toEqual([{ newest: true }, { after: 320 }]);
  });

  it('asks storage when a client knows more than this gateway', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    storage.head = 5;
    await tails.newest(ROOM);
    storage.head = 7;
    vi.advanceTimersByTime(1001);
    const tail = await tails.since(ROOM, 6);
    expect(seqs(tail.since(6))).toEqual([7]);
    await tails.since(ROOM, 1_000_000);
    await tails.since(ROOM, 1_000_000);
    expect(storage.reads).toHaveLength(2);
    vi.useRealTimers();
  });

  it('does not keep a page whose room was closed while it was read', async () => {
    storage.head = 5;
    storage.hold();
    const reading = tails.newest(ROOM);
    tails.forget(ROOM);
    storage.release();
    expect((await reading).head).toBe(5);
    await tails.newest(ROOM);
    expect(storage.reads).toHaveLength(2);
  });

  it('forgets a failed read', async () => {
    vi.spyOn(storage, 'page').mockRejectedValueOnce(new Error('away'));
    const failing = new TailCache(storage as unknown as MessageHistory);
    await expect(failing.newest(ROOM)).rejects.toThrow('away');
    expect((await failing.newest(ROOM)).head).toBe(0);
  });

  it('drops the rooms that were not read for longest when there are too many messages', async () => {
    storage.head = 200;
    const rooms = Array.from({ length: 120 }, (_, index) => `room-${index}`);
    for (const room of rooms) await tails.since(room, 0);
    expect(storage.reads).toHaveLength(120);
    await tails.newest('room-119');
    expect(storage.reads).toHaveLength(120);
    await tails.newest('room-0');
    expect(storage.reads).toHaveLength(121);
  });
});
