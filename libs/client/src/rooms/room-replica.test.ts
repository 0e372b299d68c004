import type { Message } from '@parley/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RoomReplica } from './room-replica.js';

const message = (seq: number, id = `id${seq}`): Message => ({ id, seq, rev: 0, replyTo: null }) as Message;
const upTo = (head: number) => Array.from({ length: head }, (_, index) => message(index + 1));
const page = (head: number, from = 1) => ({ epoch: 1, head, changes: 0, messages: upTo(head).slice(from - 1) });

it('shows each message once and in order, however they arrive', () => {
  const arrivals = fc
    .integer({ min: 1, max: 30 })
    .chain((head) => fc.shuffledSubarray([...upTo(head), ...upTo(head)], { minLength: 2 * head, maxLength: 2 * head }));
  fc.assert(
    fc.property(arrivals, fc.nat(), (order, opensAfter) => {
      const shown: number[] = [];
      const timeline = new RoomReplica('r', ({ seq }) => shown.push(seq));
      const opensAt = opensAfter % order.length;
      order.forEach((arrived, index) => {
        if (index === opensAt) timeline.start(page(0));
        timeline.apply(1, [arrived]);
      });
      const head = order.length / 2;
      expect(shown).toEqual(upTo(head).map(({ seq }) => seq));
      expect(timeline).toMatchObject({ lastSeq: head, head, isBehind: false });
    }),
  );
});

it('begins where its first page begins', () => {
  const timeline = new RoomReplica('r');
  timeline.start(page(120, 71));
  expect([timeline.messages[0]?.seq, timeline.messages.length, timeline.lastSeq]).toEqual([71, 50, 120]);
  timeline.apply(1, [message(70), message(120), message(121)]);
  expect(timeline.lastSeq).toBe(121);
  expect(timeline.messages).toHaveLength(51);
});

it('knows that it is behind, by a later message or by the head alone', () => {
  const timeline = new RoomReplica('r');
  timeline.start(page(2));
  timeline.apply(1, [message(4)]);
  expect(timeline).toMatchObject({ lastSeq: 2, isBehind: true });
  timeline.apply(1, [message(3)]);
  expect(timeline).toMatchObject({ lastSeq: 4, isBehind: false });
  timeline.noteHead(1, 5, 0);
  expect(timeline.isBehind).toBe(true);
});

it('passes on a message that contradicts a known one, but not one that repeats it', () => {
  const received: string[] = [];
  const timeline = new RoomReplica('r', ({ id }) => received.push(id));
  timeline.start(page(1));
  timeline.apply(1, [message(1), message(3, 'held'), message(3, 'other'), message(1, 'else')]);
  expect(received).toEqual(['id1', 'other', 'else']);
});

it('takes nothing of another epoch and begins anew with its page', () => {
  const timeline = new RoomReplica('r');
  timeline.start(page(3));
  timeline.apply(2, [message(4)]);
  expect(timeline).toMatchObject({ lastSeq: 3, isOutdated: true });
  timeline.start({ epoch: 2, head: 1, changes: 0, messages: [message(1, 'restored')] });
  expect(timeline).toMatchObject({ epoch: 2, lastSeq: 1, head: 1, isOutdated: false });
  expect(timeline.messages.map(({ id }) => id)).toEqual(['restored']);
});
