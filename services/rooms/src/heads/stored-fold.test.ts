import type { MessageStored } from '@parley/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldStored, type RoomCount } from './stored-fold.js';

const ROOM = 'room';
const empty: RoomCount = { roomId: ROOM, epoch: 1, head: 0, systemCount: 0, lastSystemSeq: 0 };

const stored = (seq: number, over: Partial<MessageStored> = {}): MessageStored => ({
  roomId: ROOM,
  epoch: 1,
  seq,
  messageId: `message-${seq}`,
  senderId: 'alice',
  kind: 'user',
  announcement: null,
  text: `text ${seq}`,
  createdAt: '2026-11-20T12:00:00.000Z',
  rev: 0,
  mentions: { userIds: [], everyone: false },
  attachments: [],
  ...over,
});

describe('foldStored', () => {
  it('moves the head, keeps the newest message and counts what each sender added', () => {
    const system = stored(3, {
      kind: 'system',
      senderId: null,
      text: 'bob joined',
      announcement: { what: 'joined', userId: 'bob', name: 'bob' },
    });
    const events = [stored(1), stored(2, { senderId: 'bob' }), system, stored(4, { text: 'last' }), stored(9, { roomId: 'elsewhere' })];
    expect(foldStored([empty], events)).toEqual({
      rooms: [
        {
          roomId: ROOM,
          epoch: 1,
          head: 4,
          systemCount: 1,
          lastSystemSeq: 3,
          senderId: 'alice',
          preview: 'last',
          announcement: null,
          at: stored(4).createdAt,
        },
      ],
      senders: [
        { roomId: ROOM, userId: 'alice', count: 2, lastSeq: 4, systemCount: 1 },
        { roomId: ROOM, userId: 'bob', count: 1, lastSeq: 2, systemCount: 0 },
      ],
      restarts: [],
      fresh: events.slice(0, 4),
    });
  });

  it('adds nothing for what was counted before', () => {
    const counted = { ...empty, head: 2 };
    expect(foldStored([counted], [stored(1), stored(2)])).toEqual({ rooms: [], senders: [], restarts: [], fresh: [] });
    expect(foldStored([counted], [stored(2), stored(3), stored(3)]).senders).toMatchObject([{ count: 1, lastSeq: 3 }]);
  });

  it('previews the first 100 characters, not code units', () => {
    const { rooms } = foldStored([empty], [stored(1, { text: '😀'.repeat(101) })]);
    expect(rooms[0]?.preview).toBe('😀'.repeat(100));
  });

  it('previews a message without text by its files', () => {
    const file = { id: 'file', name: 'plan.pdf', type: 'application/pdf', size: 1, url: '/api/media/file/plan.pdf' };
    const previewOf = (files: MessageStored['attachments'], text = '') =>
      foldStored([empty], [stored(1, { text, attachments: files })]).rooms[0]?.preview;
    expect([previewOf([file]), previewOf([file, file]), previewOf([file], 'two\nlines')]).toEqual(['plan.pdf', '2 files', 'two lines']);
  });

  it('begins anew with a higher epoch and ignores a lower one', () => {
    const counted = { ...empty, epoch: 2, head: 50, systemCount: 4, lastSystemSeq: 9 };
    const answer = foldStored(
      [counted],
      [stored(51, { epoch: 2 }), stored(40, { epoch: 3 }), stored(60, { epoch: 2 }), stored(41, { epoch: 3 })],
    );
    expect(answer.restarts).toEqual([{ roomId: ROOM, base: 39 }]);
    expect(answer.rooms).toMatchObject([{ epoch: 3, head: 41, systemCount: 0, lastSystemSeq: 0 }]);
    expect(answer.senders).toEqual([{ roomId: ROOM, userId: 'alice', count: 2, lastSeq: 41, systemCount: 0 }]);
  });

  it('comes to the same counts however the stream is cut and repeated', () => {
    const events = fc
      .array(fc.constantFrom('alice', 'bob', null), { maxLength: 40 })
      .map((senders) => senders.map((senderId, index) => stored(index + 1, { senderId, kind: senderId === null ? 'system' : 'user' })));
    fc.assert(
      fc.property(events, fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { maxLength: 8 }), (stream, cuts) => {
        const whole = foldStored([empty], stream);
        let state = empty;
        const totals = new Map<string, number>();
        let done = 0;
        for (const [back, forward] of [...cuts, [0, stream.length] as const]) {
          const from = Math.max(0, done - back); // a repetition begins anywhere before, and leaves no gap
          const { rooms, senders } = foldStored([state], stream.slice(from, done + forward));
          done = Math.max(done, Math.min(stream.length, done + forward));
          state = rooms[0] ?? state;
          for (const { userId, count } of senders) totals.set(userId, (totals.get(userId) ?? 0) + count);
        }
        expect(state).toEqual(whole.rooms[0] ?? empty);
        expect(totals).toEqual(new Map(whole.senders.map(({ userId, count }) => [userId, count])));
      }),
    );
  });
});
