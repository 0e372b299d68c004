import type { HistoryAnswer, Message, OpenRoom } from '@parley/contracts';
import { ParleyError } from '@parley/contracts';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { NoAnswerError } from '@parley/client';
import { ROOM_ID, messageOf, messagesOf, openedOf } from '@parley/client/testing';
import type { HistoryPosition } from '../net/chat-api.js';
import { RoomTimeline } from './room-timeline.js';
import { speak } from '../texts/texts.js';

beforeAll(() => speak('en'));

/** The server's side of one room: dense history, a limit to what it sends after an absence, and faults on demand. */
class StoredRoom {
  epoch = 1;
  stored: Message[] = [];
  isReachable = true;
  opens: OpenRoom[] = [];
  shown: number[] = [];
  readonly timeline: RoomTimeline;

  constructor(private readonly recoverMax = 200) {
    this.timeline = new RoomTimeline(
      ROOM_ID,
      {
        open: (position) => this.open(position),
        history: (_, position, limit) => this.history(position, limit),
        shown: (messages) => void this.shown.push(...messages.map((message) => message.seq)),
      },
      () => 0.5,
    );
  }

  get head(): number {
    return this.stored.length;
  }

  append(count: number): Message[] {
    const added = messagesOf(this.head + 1, this.head + count).map((message) => ({ ...message, text: `${this.epoch}/${message.seq}` }));
    this.stored.push(...added);
    return added;
  }

  deliver(messages: Message[]): void {
    this.timeline.applyLive({ roomId: ROOM_ID, epoch: this.epoch, messages });
  }

  get seqs(): number[] {
    return this.timeline.store.get().messages.map((message) => message.seq);
  }

  private async open(position: OpenRoom): Promise<void> {
    this.opens.push(position);
    await Promise.resolve();
    if (!this.isReachable) throw new NoAnswerError('timeout');
    const { epoch, head } = this;
    const missed = this.stored.slice(position.lastSeq ?? 0);
    const recovered =
      position.epoch === epoch && position.lastSeq !== undefined && position.lastSeq <= head && missed.length <= this.recoverMax;
    this.timeline.applyOpened(openedOf({ epoch, head, recovered, messages: recovered ? missed : this.stored.slice(-3) }));
  }

  private async history(position: HistoryPosition, limit: number): Promise<HistoryAnswer> {
    await Promise.resolve();
    if (!this.isReachable) throw new NoAnswerError('timeout');
    const messages = this.page(position, limit);
    const { epoch, head } = this;
    return { roomId: ROOM_ID, epoch, head, changes: 0, messages, hasMoreBefore: (messages[0]?.seq ?? 1) > 1, hasMoreAfter: true };
  }

  private page(position: HistoryPosition, limit: number): Message[] {
    if ('before' in position) return this.stored.slice(0, position.before - 1).slice(-limit);
    const first = 'after' in position ? position.after : Math.max(0, position.around - 1 - Math.floor(limit / 2));
    return this.stored.slice(first, first + limit);
  }
}

const seqsFrom = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

describe('RoomTimeline', () => {
  it('asks once for what is missing, after giving it time to come by itself', async () => {
    const room = new StoredRoom();
    room.append(2);
    await room.timeline.resume();
    const [third, fourth, fifth] = room.append(3) as [Message, Message, Message];
    room.deliver([fifth]);
    room.deliver([fourth]);
    await vi.advanceTimersByTimeAsync(140);
    expect(room.opens).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(120);
    expect(room.opens.slice(1)).toEqual([{ roomId: ROOM_ID, epoch: 1, lastSeq: 2, lastChange: 0 }]);
    expect(room.seqs).toEqual([1, 2, 3, 4, 5]);
    room.deliver([third]);
    expect(room.seqs).toEqual([1, 2, 3, 4, 5]);
  });

  it('does not ask when the missing message comes in time', async () => {
    const room = new StoredRoom();
    await room.timeline.resume();
    const [first, second] = room.append(2) as [Message, Message];
    room.deliver([second]);
    await vi.advanceTimersByTimeAsync(100);
    room.deliver([first]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(room.opens).toHaveLength(1);
    expect(room.seqs).toEqual([1, 2]);
  });

  it('repairs a tail that it only hears of', async () => {
    const room = new StoredRoom();
    await room.timeline.resume();
    room.append(2);
    room.timeline.applyHead({ roomId: ROOM_ID, epoch: 1, head: 2, changes: 0 });
    await vi.advanceTimersByTimeAsync(300);
    expect(room.seqs).toEqual([1, 2]);
  });

  it('goes on asking, ever more slowly, while the server does not answer', async () => {
    const room = new StoredRoom();
    await room.timeline.resume();
    room.isReachable = false;
    room.deliver(room.append(2).slice(1));
    await vi.advanceTimersByTimeAsync(60_000);
    const asked = room.opens.length - 1;
    expect(asked).toBeGreaterThan(4);
    expect(asked).toBeLessThan(9);
    room.isReachable = true;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(room.seqs).toEqual([1, 2]);
  });

  it('opens the room later when the first answer does not come', async () => {
    const room = new StoredRoom();
    room.append(1);
    room.isReachable = false;
    await room.timeline.resume();
    expect(room.timeline.store.get().status).toBe('opening');
    room.isReachable = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(room.timeline.store.get().status).toBe('ready');
    expect(room.seqs).toEqual([1]);
  });

  it('says why a room cannot be shown and stops asking', async () => {
    const room = new StoredRoom();
    const timeline = new RoomTimeline(ROOM_ID, {
      open: () => Promise.reject(new ParleyError('BANNED')),
      history: () => Promise.reject(new Error('not reached')),
      shown: () => undefined,
    });
    await timeline.resume();
    expect(timeline.store.get()).toMatchObject({ status: 'failed', error: 'You are banned from this room.' });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(room.opens).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('shows a failure to load older messages, keeps the rest, and loads them on the next try', async () => {
    const room = new StoredRoom();
    room.append(10);
    await room.timeline.resume();
    room.isReachable = false;
    await room.timeline.loadBefore();
    expect(room.timeline.store.get()).toMatchObject({ beforeError: 'The server did not answer in time.', isLoadingBefore: false });
    expect(room.seqs).toEqual([8, 9, 10]);
    room.isReachable = true;
    await room.timeline.loadBefore();
    expect(room.timeline.store.get().beforeError).toBeUndefined();
    expect(room.seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(room.timeline.store.get().hasMoreBefore).toBe(false);
  });

  it('keeps quiet while it is off screen', async () => {
    const room = new StoredRoom();
    await room.timeline.resume();
    room.deliver(room.append(2).slice(1));
    room.timeline.pause();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(room.opens).toHaveLength(1);
    await room.timeline.resume();
    expect(room.seqs).toEqual([1, 2]);
  });

  it('ends in the stored order without holes, whatever is lost, doubled, late or restored', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('append' as const),
          count: fc.integer({ min: 1, max: 4 }),
          fate: fc.constantFrom('deliver', 'lose', 'delay', 'double', 'reverse'),
        }),
      },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('deliver late' as const) }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 5_000 }) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('reach' as const), isReachable: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('reconnect' as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('head' as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('older' as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('jump' as const), seq: fc.nat(60) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore' as const), keep: fc.nat(10) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(6), fc.array(step, { maxLength: 40 }), async (before, steps) => {
        const room = new StoredRoom(5);
        room.append(before);
        let late: { epoch: number; messages: Message[] }[] = [];
        void room.timeline.resume();
        for (const action of steps) {
          if (action.kind === 'append') {
            const messages = room.append(action.count);
            if (action.fate === 'deliver' || action.fate === 'double') room.deliver(messages);
            if (action.fate === 'double') room.deliver(messages);
            if (action.fate === 'reverse') for (const message of messages.toReversed()) room.deliver([message]);
            if (action.fate === 'delay') late.push({ epoch: room.epoch, messages });
          } else if (action.kind === 'deliver late') {
            // A connection of the old epoch delivers nothing after the restore.
            for (const frame of late.toReversed()) if (frame.epoch === room.epoch) room.deliver(frame.messages);
            late = [];
          } else if (action.kind === 'wait') await vi.advanceTimersByTimeAsync(action.ms);
          else if (action.kind === 'reach') room.isReachable = action.isReachable;
          else if (action.kind === 'reconnect') void room.timeline.resume();
          else if (action.kind === 'head') room.timeline.applyHead({ roomId: ROOM_ID, epoch: room.epoch, head: room.head, changes: 0 });
          else if (action.kind === 'older') void room.timeline.loadBefore();
          else if (action.kind === 'jump') void room.timeline.reach(action.seq);
          else {
            room.epoch += 1;
            room.stored = [];
            room.append(action.keep);
            // The restored server starts anew: every client reconnects.
            void room.timeline.resume();
          }
          const { seqs } = room;
          expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
          if (seqs.length > 0) expect(seqs.at(-1)).toBe(room.timeline.lastSeq);
        }
        room.isReachable = true;
        await vi.advanceTimersByTimeAsync(60_000);
        room.timeline.applyHead({ roomId: ROOM_ID, epoch: room.epoch, head: room.head, changes: 0 });
        await vi.advanceTimersByTimeAsync(60_000);
        expect(room.timeline.lastSeq).toBe(room.head);
        for (let tries = 0; tries < 50; tries += 1) {
          const { gaps, hasMoreBefore } = room.timeline.store.get();
          if (gaps[0]) await room.timeline.fillGap(gaps[0], tries % 2 === 0 ? 'upper' : 'lower');
          else if (hasMoreBefore) await room.timeline.loadBefore();
          else break;
        }
        expect(room.timeline.store.get().messages).toEqual(room.stored);
        room.timeline.close();
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('loads around a message that is far away, and fills the gaps from where the reader is', async () => {
    const room = new StoredRoom();
    room.append(1000);
    await room.timeline.resume();
    expect(await room.timeline.reach(400)).toBe(true);
    expect(room.seqs).toEqual([...seqsFrom(375, 424), 998, 999, 1000]);
    expect(room.timeline.store.get().gaps).toEqual([{ after: 424, before: 998 }]);
    await room.timeline.fillGap({ after: 424, before: 998 }, 'upper');
    expect(room.timeline.store.get().gaps).toEqual([{ after: 624, before: 998 }]);
    await room.timeline.fillGap({ after: 624, before: 998 }, 'lower');
    expect(room.timeline.store.get().gaps).toEqual([{ after: 624, before: 798 }]);
    expect(await room.timeline.reach(400)).toBe(true);
    expect(await room.timeline.reach(4000)).toBe(false);
    room.isReachable = false;
    expect(await room.timeline.reach(100)).toBe(false);
  });

  it('keeps what is around the reader and the newest when there is too much', async () => {
    const room = new StoredRoom();
    await room.timeline.resume();
    room.deliver(room.append(3000));
    room.timeline.trim(600);
    expect(room.seqs).toEqual([...seqsFrom(150, 1050), ...seqsFrom(2951, 3000)]);
    expect(room.timeline.store.get().gaps).toEqual([{ after: 1050, before: 2951 }]);
    const { messages } = room.timeline.store.get();
    room.timeline.trim(600);
    expect(room.timeline.store.get().messages).toBe(messages);
  });

  it('trims only far above the newest rows', async () => {
    const room = new StoredRoom();
    await room.timeline.resume();
    room.deliver(room.append(1001));
    room.timeline.trim();
    expect(room.seqs).toHaveLength(500);
    expect(room.timeline.store.get().hasMoreBefore).toBe(true);
    room.deliver([messageOf(1002)]);
    expect(room.timeline.lastSeq).toBe(1002);
  });
});
