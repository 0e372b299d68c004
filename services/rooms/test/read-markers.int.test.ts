import type { Caller } from '@parley/chat';
import { UnreadQuery, userChannel, type Conversation, type ReadMoved, type Room, type User } from '@parley/contracts';
import { RoomFanout, type Delivery } from '@parley/platform';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ReadMarkersController } from '../src/http/read-markers.controller.js';
import { ReadingController } from '../src/http/reading.controller.js';
import { RoomsDatabase } from '../src/db/rooms.database.js';
import { ReadAllService } from '../src/read-markers/read-all.service.js';
import { ReadMarkerRepository } from '../src/read-markers/read-marker.repository.js';
import { UnreadListService } from '../src/read-markers/unread-list.service.js';
import { refusal, RoomsFixture } from './rooms-fixture.js';

describe('read markers and unread counts', () => {
  let fixture: RoomsFixture;

  beforeAll(async () => {
    fixture = await RoomsFixture.start();
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  afterAll(async () => {
    await fixture[Symbol.asyncDispose]();
  });

  const conversation = async (user: User, roomId: string): Promise<Conversation> =>
    (await fixture.conversations().list(user.id)).conversations.find(({ room }) => room.id === roomId)!;
  const read = (user: User, roomId: string, seq: number) => fixture.markers().markRead(roomId, user.id, seq);
  const unread = (user: User, roomId: string, seq: number) => fixture.markers().markUnread(roomId, user.id, seq);

  /** A room of alice's that bob has joined. */
  const twoInARoom = async (): Promise<{ alice: User; bob: User; room: Room }> => {
    const [alice, bob] = [fixture.user(), fixture.user()];
    const room = await fixture.create(alice, `room ${randomUUID().slice(0, 13)}`);
    await fixture.memberships().join(bob.id, room.id);
    return { alice, bob, room };
  };

  it('counts what others wrote, previews the newest, and puts the newest room first', async () => {
    const { alice, bob, room } = await twoInARoom();
    const quiet = await fixture.create(bob, `quiet ${room.name}`);
    await fixture.send(room.id, alice, 'one', 'x'.repeat(200));
    expect(await conversation(bob, room.id)).toMatchObject({
      head: 2,
      readSeq: 0,
      unreadCount: 2,
      mentionCount: 0,
      notify: 'all',
      mutedUntil: null,
      lastMessage: { seq: 2, preview: 'x'.repeat(100), sender: { id: alice.id } },
      room: { id: room.id, head: 2, joined: true, role: 'member' },
    });
    const order = (await fixture.conversations().list(bob.id)).conversations.map(({ room: { id } }) => id);
    expect(order.indexOf(room.id)).toBeLessThan(order.indexOf(quiet.id));
    await fixture.send(quiet.id, alice, 'not a member, but stored');
    expect((await fixture.conversations().list(bob.id)).conversations[0]!.room.id).toBe(quiet.id);
  });

  it('never counts own messages, also while older ones of others are unread', async () => {
    const { alice, bob, room } = await twoInARoom();
    await fixture.send(room.id, alice, 'one', 'two');
    await fixture.send(room.id, bob, 'three', 'four');
    await fixture.send(room.id, alice, 'five');
    expect(await conversation(bob, room.id)).toMatchObject({ head: 5, readSeq: 0, unreadCount: 3 });
    await read(bob, room.id, 1);
    expect(await conversation(bob, room.id)).toMatchObject({ readSeq: 1, unreadCount: 2 });
    await read(bob, room.id, 4);
    expect(await conversation(bob, room.id)).toMatchObject({ readSeq: 4, unreadCount: 1 });
  });

  it('moves the marker with an own message when nothing was unread', async () => {
    const { alice, bob, room } = await twoInARoom();
    await fixture.send(room.id, bob, 'one');
    expect(await conversation(bob, room.id)).toMatchObject({ head: 1, readSeq: 1, unreadCount: 0 });
    await fixture.send(room.id, alice, 'two');
    await fixture.send(room.id, bob, 'three');
    expect(await conversation(bob, room.id)).toMatchObject({ head: 3, readSeq: 1, unreadCount: 1 });
  });

  it('never counts messages of the system', async () => {
    const { alice, bob, room } = await twoInARoom();
    await fixture.send(room.id, null, 'bob joined');
    await fixture.send(room.id, alice, 'hello');
    await fixture.send(room.id, null, 'the topic changed');
    expect(await conversation(bob, room.id)).toMatchObject({
      head: 3,
      unreadCount: 1,
      lastMessage: { sender: null, preview: 'the topic changed' },
    });
    await read(bob, room.id, 2);
    expect(await conversation(bob, room.id)).toMatchObject({ unreadCount: 0 });
    await unread(bob, room.id, 1);
    expect(await conversation(bob, room.id)).toMatchObject({ readSeq: 0, unreadCount: 1 });
  });

  it('starts newcomers at the head, and again when they come back', async () => {
    const { alice, room } = await twoInARoom();
    const carol = fixture.user();
    await fixture.send(room.id, alice, 'one', 'two', 'three');
    await fixture.memberships().join(carol.id, room.id);
    expect(await conversation(carol, room.id)).toMatchObject({ head: 3, readSeq: 3, unreadCount: 0 });
    await fixture.send(room.id, carol, 'four');
    await fixture.send(room.id, alice, 'five');
    await fixture.memberships().leave(carol.id, room.id);
    await fixture.send(room.id, alice, 'six');
    await fixture.memberships().join(carol.id, room.id);
    expect(await conversation(carol, room.id)).toMatchObject({ head: 6, readSeq: 6, unreadCount: 0 });
    await unread(carol, room.id, 4);
    expect(await conversation(carol, room.id)).toMatchObject({ readSeq: 3, unreadCount: 2 });
  });

  it('starts newcomers at the true head, also when the newest messages have not been counted yet', async () => {
    const { alice, room } = await twoInARoom();
    const carol = fixture.user();
    const facts = [
      fixture.history.store(room.id, alice.id),
      fixture.history.store(room.id, null),
      fixture.history.store(room.id, alice.id),
    ];
    await fixture.memberships().join(carol.id, room.id);
    await fixture.heads().advance([...facts, fixture.history.store(room.id, alice.id)]);
    expect(await conversation(carol, room.id)).toMatchObject({ head: 4, readSeq: 3, unreadCount: 1 });

    const general = await fixture.general();
    const uncounted = fixture.history.store(general, alice.id);
    const dave = fixture.user();
    await fixture.people().meet(dave.id);
    await fixture.heads().advance([uncounted]);
    expect(await conversation(dave, general)).toMatchObject({ head: 1, readSeq: 1, unreadCount: 0 });
  });

  it('lets people join while the storage does not answer', async () => {
    const { room } = await twoInARoom();
    vi.spyOn(fixture.history, 'heads').mockRejectedValue(new Error('away'));
    expect(await fixture.memberships().join(fixture.user().id, room.id)).toMatchObject({ joined: true });
  });

  it('never moves back or beyond the head, whatever is asked', async () => {
    const { alice, bob, room } = await twoInARoom();
    await fixture.send(room.id, alice, 'one', 'two', 'three');
    expect(await read(bob, room.id, 2)).toBe(2);
    expect(await read(bob, room.id, 1)).toBe(2);
    expect(await read(bob, room.id, 0)).toBe(2);
    expect(await read(bob, room.id, Number.MAX_SAFE_INTEGER)).toBe(3);
    await fixture.send(room.id, alice, 'four');
    expect(await conversation(bob, room.id)).toMatchObject({ head: 4, readSeq: 3, unreadCount: 1 });
    expect(await fixture.markers().listReadSeqs([{ roomId: room.id, userId: bob.id }])).toEqual([3]);
  });

  it('goes back only by marking unread', async () => {
    const { alice, bob, room } = await twoInARoom();
    await fixture.send(room.id, alice, 'one', 'two', 'three');
    await read(bob, room.id, 3);
    expect(await unread(bob, room.id, 2)).toBe(1);
    expect(await conversation(bob, room.id)).toMatchObject({ readSeq: 1, unreadCount: 2 });
    expect(await unread(bob, room.id, 0)).toBe(0);
    expect(await unread(bob, room.id, Number.MAX_SAFE_INTEGER)).toBe(3);
    expect(await conversation(bob, room.id)).toMatchObject({ readSeq: 3, unreadCount: 0 });
  });

  it('ends at the furthest position when devices tell theirs in any order at once', async () => {
    const { alice, bob, room } = await twoInARoom();
    await fixture.send(room.id, alice, ...Array.from({ length: 20 }, (_, index) => `message ${index}`));
    await fixture.send(room.id, bob, 'own');
    await fixture.send(room.id, alice, 'last');
    const seqs = [5, 19, 3, 21, 11, 20, 1, 18];
    const answers = await Promise.all(seqs.map((seq) => read(bob, room.id, seq)));
    for (const [index, answer] of answers.entries()) expect(answer).toBeGreaterThanOrEqual(seqs[index]!);
    expect(await conversation(bob, room.id)).toMatchObject({ readSeq: 21, unreadCount: 1 });
  });

  it('takes a message for read that it has not counted yet', async () => {
    const { alice, bob, room } = await twoInARoom();
    const facts = [
      fixture.history.store(room.id, alice.id),
      fixture.history.store(room.id, bob.id),
      fixture.history.store(room.id, alice.id),
    ];
    expect(await read(bob, room.id, 2)).toBe(2);
    expect(await conversation(bob, room.id)).toMatchObject({ head: 0, readSeq: 0, unreadCount: 0 });
    await fixture.heads().advance(facts);
    expect(await conversation(bob, room.id)).toMatchObject({ head: 3, readSeq: 2, unreadCount: 1 });
  });

  it('keeps the marker of a private chat whose first message has not been counted yet', async () => {
    const [alice, bob] = [fixture.user(), fixture.user()];
    const { id } = await fixture.directs().open(alice.id, bob.id);
    expect(await read(bob, id, 1)).toBe(0); // nobody has written
    expect(await fixture.memberCount(id)).toBeUndefined();
    const facts = [fixture.history.store(id, alice.id), fixture.history.store(id, alice.id)];
    expect(await read(bob, id, 1)).toBe(1);
    await fixture.heads().advance(facts);
    expect(await conversation(bob, id)).toMatchObject({ head: 2, readSeq: 1, unreadCount: 1 });
  });

  it('is for members only', async () => {
    const { alice, room } = await twoInARoom();
    const stranger = fixture.user();
    const secret = await fixture.create(alice, 'marked secret', 'private');
    for (const mark of [read, unread]) {
      expect(await refusal(mark(stranger, room.id, 1))).toBe('NOT_A_MEMBER');
      expect(await refusal(mark(stranger, secret.id, 1))).toBe('ROOM_NOT_FOUND');
      expect(await refusal(mark(stranger, randomUUID(), 1))).toBe('ROOM_NOT_FOUND');
    }
    expect(await fixture.markers().listReadSeqs([{ roomId: room.id, userId: stranger.id }])).toEqual([0]);
  });

  it('tells the own devices, once for each move', async () => {
    const { alice, bob, room } = await twoInARoom();
    await fixture.send(room.id, alice, 'one', 'two', 'three');
    const told: Delivery[] = [];
    vi.spyOn(fixture.get(RoomFanout), 'toSockets').mockImplementation(
      (channel, event, payload) => void told.push({ channel, event, payload }),
    );
    await read(bob, room.id, 2);
    await read(bob, room.id, 2);
    await read(bob, room.id, 1);
    await unread(bob, room.id, 1);
    const all = { roomId: room.id, head: 3, mentionCount: 0, readEra: expect.any(Number) as number };
    expect(told).toEqual([
      { channel: userChannel(bob.id), event: 'room:read', payload: { ...all, readSeq: 2, unreadCount: 1 } },
      { channel: userChannel(bob.id), event: 'room:read', payload: { ...all, readSeq: 0, unreadCount: 3 } },
    ]);
  });

  it('never tells an older place after a newer one, however many devices read at once', async () => {
    const { alice, bob, room } = await twoInARoom();
    await fixture.send(room.id, alice, ...Array.from({ length: 40 }, () => 'x'));
    const told: ReadMoved[] = [];
    vi.spyOn(fixture.get(RoomFanout), 'toSockets').mockImplementation((_channel, _event, payload) => void told.push(payload as ReadMoved));
    for (let from = 1; from <= 40; from += 8) await Promise.all(Array.from({ length: 8 }, (_, index) => read(bob, room.id, from + index)));
    const seqs = told.map(({ readSeq }) => readSeq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(told.at(-1)).toMatchObject({ readSeq: 40, unreadCount: 0 });
  });

  it('says which news is newer when two processes tell of one marker at the same time', async () => {
    await using other = await fixture.startAnother();
    const { alice, bob, room } = await twoInARoom();
    await fixture.send(room.id, alice, ...Array.from({ length: 30 }, () => 'x'));
    const processes = [fixture, other];
    const told: ReadMoved[] = [];
    for (const process of processes)
      vi.spyOn(process.get(RoomFanout), 'toSockets').mockImplementation((_channel, event, payload) => {
        told.push(...(event === 'rooms:read' ? (payload as { rooms: ReadMoved[] }).rooms : [payload as ReadMoved]));
      });
    const isNewer = (one: ReadMoved, than: ReadMoved) =>
      one.readEra! > than.readEra! || (one.readEra === than.readEra && one.readSeq > than.readSeq);
    for (let round = 0; round < 12; round += 1) {
      const moves = processes.flatMap((process, index) => [
        () => process.markers().markRead(room.id, bob.id, 2 * round + index),
        () => process.markers().markRead(room.id, bob.id, 2 * round + 4 - index),
        ...(round % 3 === index ? [() => process.markers().markUnread(room.id, bob.id, round + 1)] : []),
      ]);
      await Promise.all(moves.map((move) => move()));
      const { readSeq, readEra } = await conversation(bob, room.id);
      // In whatever order a device hears of them, the newest news is the place where the marker stands.
      expect(told.reduce((newest, each) => (isNewer(each, newest) ? each : newest))).toMatchObject({ readSeq, readEra });
    }
    const rooms = await other.get(ReadAllService).markAll(bob.id);
    await fixture.get(ReadAllService).undo(bob.id, rooms);
    const { readSeq, readEra } = await conversation(bob, room.id);
    expect(told.reduce((newest, each) => (isNewer(each, newest) ? each : newest))).toMatchObject({ readSeq, readEra });
    await fixture.memberships().leave(bob.id, room.id);
    await fixture.memberships().join(bob.id, room.id);
    expect((await conversation(bob, room.id)).readEra).toBeGreaterThan(readEra!);
  });

  it('asks the storage for nothing when a reader who never writes moves his marker', async () => {
    const { alice, bob, room } = await twoInARoom();
    await fixture.send(room.id, alice, ...Array.from({ length: 10 }, () => 'x'));
    const before = fixture.history.counts;
    for (const seq of [1, 4, 9, 10]) await read(bob, room.id, seq);
    await unread(bob, room.id, 5);
    expect(fixture.history.counts).toBe(before);
  });

  it('starts anew when history was restored from a backup', async () => {
    const { alice, bob, room } = await twoInARoom();
    await fixture.send(room.id, alice, 'one', 'two', 'three', 'four');
    await fixture.send(room.id, bob, 'five');
    await fixture.heads().advance([{ ...fixture.history.store(room.id, alice.id), seq: 3, epoch: 2 }]);
    expect(await conversation(bob, room.id)).toMatchObject({ head: 3, readSeq: 2, unreadCount: 1 });
    expect(await read(bob, room.id, 3)).toBe(3);
    expect(await conversation(bob, room.id)).toMatchObject({ head: 3, readSeq: 3, unreadCount: 0 });
  });

  it('agrees with a recount after anything that people may do, in any order', async () => {
    type Act =
      | { kind: 'send'; who: number }
      | { kind: 'count'; messages: number; repeat: number }
      | { kind: 'read'; who: number; seq: number }
      | { kind: 'unread'; who: number; seq: number }
      | { kind: 'leave'; who: number }
      | { kind: 'join'; who: number };
    const who = fc.constantFrom(0, 0, 0, 1);
    const act: fc.Arbitrary<Act> = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), who: fc.constantFrom(-1, 0, 0, 1, 1) }) },
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant('count' as const), messages: fc.integer({ min: 1, max: 8 }), repeat: fc.nat(3) }),
      },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('read' as const), who, seq: fc.nat(12) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('unread' as const), who, seq: fc.nat(12) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), who }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('join' as const), who }) },
    );

    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 40 }), async (acts) => {
        const people = [fixture.user(), fixture.user()];
        const { id } = await fixture.create(fixture.user(), `model ${randomUUID()}`);
        /** The model: what was sent, how much of it is counted, and where each marker stands. */
        const history: (number | null)[] = [];
        let counted = 0;
        const markers: (number | undefined)[] = [undefined, undefined];
        const facts: ReturnType<typeof fixture.history.store>[] = [];

        const steps: readonly Act[] = [{ kind: 'join', who: 0 }, ...acts];
        for (const step of steps) {
          if (step.kind === 'send') {
            history.push(step.who < 0 ? null : step.who);
            facts.push(fixture.history.store(id, step.who < 0 ? null : people[step.who]!.id));
          } else if (step.kind === 'count') {
            const next = Math.min(history.length, counted + step.messages);
            await fixture.heads().advance(facts.slice(Math.max(0, counted - step.repeat), next));
            for (const [sender, marker] of markers.entries()) {
              const lastOwn = history.slice(0, next).lastIndexOf(sender) + 1;
              if (marker === undefined || lastOwn <= counted) continue;
              const isForeignUnread = history.slice(marker, lastOwn).some((other) => other !== sender && other !== null);
              if (!isForeignUnread) markers[sender] = Math.max(marker, lastOwn);
            }
            counted = next;
          } else if (step.kind === 'join') {
            await fixture.memberships().join(people[step.who]!.id, id);
            markers[step.who] ??= history.length;
          } else if (step.kind === 'leave') {
            await fixture.memberships().leave(people[step.who]!.id, id);
            markers[step.who] = undefined;
          } else if (markers[step.who] !== undefined) {
            const mark = step.kind === 'read' ? read : unread;
            const wish = step.kind === 'read' ? Math.max(markers[step.who]!, step.seq) : Math.max(0, step.seq - 1);
            markers[step.who] = Math.min(wish, history.length);
            expect(await mark(people[step.who]!, id, step.seq)).toBe(markers[step.who]);
          }
          for (const [index, marker] of markers.entries()) {
            if (marker === undefined) continue;
            const unreadCount = history
              .slice(marker, Math.max(marker, counted))
              .filter((sender) => sender !== index && sender !== null).length;
            const { head, readSeq, unreadCount: shown } = await conversation(people[index]!, id);
            expect({ head, readSeq, shown }).toEqual({ head: counted, readSeq: Math.min(marker, counted), shown: unreadCount });
          }
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  describe('all at once', () => {
    const reading = () => fixture.get(ReadAllService);
    const list = (user: User, roomId: string, query: Record<string, string> = {}) =>
      fixture.get(UnreadListService).list(user.id, roomId, UnreadQuery.parse(query));

    it('marks every room read, tells devices once, and takes it back exactly, own messages in between or not', async () => {
      const { alice, bob, room } = await twoInARoom();
      const other = await fixture.create(alice, `other ${room.name}`);
      await fixture.memberships().join(bob.id, other.id);
      await fixture.send(room.id, alice, 'one', 'two');
      await fixture.send(room.id, bob, 'three');
      await fixture.send(room.id, alice, 'four');
      await fixture.send(other.id, alice, 'one');
      await read(bob, room.id, 1);
      const told = vi.spyOn(fixture.get(RoomFanout), 'toSockets');
      const rooms = await reading().markAll(bob.id);
      expect(new Map(rooms.map(({ roomId, ...move }) => [roomId, move]))).toEqual(
        new Map([
          [room.id, { from: 1, readSeq: 4 }],
          [other.id, { from: 0, readSeq: 1 }],
        ]),
      );
      expect(told.mock.calls.map(([channel, event]) => [channel, event])).toEqual([[userChannel(bob.id), 'rooms:read']]);
      expect(await conversation(bob, room.id)).toMatchObject({ readSeq: 4, unreadCount: 0 });
      await fixture.send(room.id, alice, 'five');
      await reading().undo(bob.id, rooms);
      expect(await conversation(bob, room.id)).toMatchObject({ readSeq: 1, unreadCount: 3 });
      expect(await conversation(bob, other.id)).toMatchObject({ readSeq: 0, unreadCount: 1 });
      expect(await reading().undo(bob.id, rooms)).toEqual([]);
      await read(bob, room.id, 5);
      expect(await conversation(bob, room.id)).toMatchObject({ unreadCount: 0 });
    });

    it('has a budget: to mark everything, and to take it back, costs more than one row', async () => {
      const { bob, room } = await twoInARoom();
      const [all, one] = [fixture.get(ReadingController), fixture.get(ReadMarkersController)];
      const caller = { userId: bob.id, sessionId: randomUUID() } as Caller;
      for (let times = 0; times < 5; times += 1) await all.undo(caller, { rooms: (await all.markAll(caller)).rooms });
      expect(await refusal(all.undo(caller, { rooms: [] }))).toBe('RATE_LIMITED');
      expect(await refusal(all.markAll(caller))).toBe('RATE_LIMITED');
      const marks = Array.from({ length: 70 }, () => one.mark(caller, { id: room.id }, { seq: 0, unread: true }));
      const refused = (await Promise.allSettled(marks)).flatMap((mark) => (mark.status === 'rejected' ? [mark.reason as unknown] : []));
      expect(refused).not.toEqual([]);
      expect(refused).toEqual(refused.map(() => expect.objectContaining({ code: 'RATE_LIMITED' }) as unknown));
    });

    it('waits for nobody: a marker that is held is left to the next round', async () => {
      const { alice, bob, room } = await twoInARoom();
      await fixture.send(room.id, alice, 'one');
      const tallies = await fixture.get(ReadMarkerRepository).listUnreadTallies(bob.id);
      const moves = tallies.map(({ roomId, readSeq }) => ({ roomId, from: readSeq, readSeq: 1, readForeign: 1 }));
      await fixture.get(RoomsDatabase).transaction(async (transaction) => {
        await transaction.query(`SELECT FROM rooms.members WHERE room_id = $1 AND user_id = $2 FOR UPDATE`, [room.id, bob.id]);
        expect(await fixture.get(ReadMarkerRepository).moveMany(bob.id, moves)).toEqual(new Set());
      });
      expect(await fixture.get(ReadMarkerRepository).moveMany(bob.id, moves)).toEqual(new Set([room.id]));
    });

    it('lists exactly what is counted, in pages', async () => {
      const { alice, bob, room } = await twoInARoom();
      await fixture.send(room.id, alice, 'one', 'two');
      await fixture.send(room.id, bob, 'three');
      await fixture.send(room.id, null, 'four');
      await fixture.send(room.id, alice, 'five');
      await read(bob, room.id, 1);
      const seqs: number[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page = await list(bob, room.id, { limit: '1', ...(cursor === '' ? {} : { cursor }) });
        expect(page.unreadCount).toBe(2);
        seqs.push(...page.unread.map(({ message }) => message.seq));
        cursor = page.nextCursor;
      }
      expect(seqs).toEqual([2, 5]);
      // What is stored and not counted yet is not in the list, as it is not in the number.
      fixture.history.store(room.id, alice.id, 'six');
      expect((await list(bob, room.id)).unread.map(({ message }) => message.seq)).toEqual([2, 5]);
    });
  });
});
