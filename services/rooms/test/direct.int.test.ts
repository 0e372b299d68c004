import { directRoomId } from '@parley/chat';
import { MembershipChanged, RoomChanged, type DirectAnswer, type User } from '@parley/contracts';
import { EventLog, RateLimiter } from '@parley/platform';
import { eventually } from '@parley/testing';
import { randomUUID } from 'node:crypto';
import { v5 as uuidV5 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeCursor } from '../src/cursor.js';
import { DirectPairs } from '../src/direct/direct-pairs.js';
import { PeopleRepository } from '../src/people/people.repository.js';
import { refusal, RoomsFixture } from './rooms-fixture.js';

describe('private chats', () => {
  let fixture: RoomsFixture;

  beforeAll(async () => {
    fixture = await RoomsFixture.start();
  });

  afterAll(async () => {
    await fixture[Symbol.asyncDispose]();
  });

  const storedRooms = async () =>
    (await fixture.query<{ count: number }>(`SELECT count(*)::int FROM rooms.rooms WHERE kind = 'direct'`))[0]!.count;

  describe('before the first message', () => {
    it('is the same for both, named after the other one, and leaves nothing in the database', async () => {
      const [alice, bob] = [fixture.user({ displayName: 'Alice' }), fixture.user({ displayName: 'Bob' })];
      const before = await storedRooms();
      const room = await fixture.directs().open(alice.id, bob.id);
      expect(room).toMatchObject({
        id: directRoomId(alice.id, bob.id),
        kind: 'direct',
        name: 'Bob',
        peer: bob,
        visibility: 'private',
        memberCount: 2,
        joined: true,
        role: 'member',
        head: 0,
        archivedAt: null,
      });
      expect(await fixture.directs().open(bob.id, alice.id)).toEqual({ ...room, name: 'Alice', peer: alice });
      expect(await fixture.rooms().get(bob.id, room.id)).toMatchObject({ id: room.id, peer: alice });
      expect(await fixture.access().findFacts(room.id, bob.id)).toMatchObject({ kind: 'direct', visibility: 'private', role: 'member' });
      expect((await fixture.access().listMemberIds(room.id)).sort()).toEqual([alice.id, bob.id].sort());
      expect(await storedRooms()).toBe(before);
    });

    it('is nothing to talk to oneself in, nor with nobody', async () => {
      const alice = fixture.user();
      expect(await refusal(fixture.directs().open(alice.id, alice.id))).toBe('VALIDATION_FAILED');
      expect(await refusal(fixture.directs().open(alice.id, randomUUID()))).toBe('USER_NOT_FOUND');
    });

    it('is understood by a process that has never handed out its id', async () => {
      const [alice, bob, carol] = [fixture.user(), fixture.user(), fixture.user()];
      const { id } = await fixture.directs().open(alice.id, bob.id);
      await fixture.people().find([carol.id]);
      const elsewhere = await fixture.startAnother();
      expect(await elsewhere.access().findFacts(id, carol.id)).toBeUndefined();
      expect(await elsewhere.access().findFacts(id, bob.id)).toMatchObject({ roomId: id, role: 'member' });
      expect(await elsewhere.access().findFacts(id, carol.id)).toBeUndefined(); // also now that the pair is remembered
      await elsewhere[Symbol.asyncDispose]();
    });

    it('is found as soon as the other one arrives, though it was looked for in vain', async () => {
      const [alice, bob] = [fixture.user(), fixture.user()];
      const id = directRoomId(alice.id, bob.id);
      expect(await fixture.access().findFacts(id, alice.id)).toBeUndefined();
      await fixture.people().learn([bob]);
      expect(await fixture.access().findFacts(id, alice.id)).toMatchObject({ role: 'member' });
    });
  });

  describe('ids that belong to nobody', () => {
    let asked: number[];
    let pairs: DirectPairs;

    beforeEach(() => {
      asked = [];
      const people = fixture.get(PeopleRepository);
      const counting = {
        listArrivals: (after: number, limit: number) => {
          asked.push(after);
          return people.listArrivals(after, limit);
        },
      } as PeopleRepository;
      pairs = new DirectPairs(counting, fixture.get(RateLimiter));
    });

    const nobodys = () => uuidV5(randomUUID(), randomUUID().replace(/^(.{14})./, '$14'));

    it('are not looked for when they do not look like one of a private chat', async () => {
      const alice = fixture.user();
      for (const id of [randomUUID(), '0190c1a2-0000-7000-8000-000000000001', '00000000-0000-0000-0000-000000000000']) {
        expect(await pairs.findPeer(id, alice.id)).toBeUndefined();
      }
      expect(asked).toEqual([]);
    });

    it('cost one scan, and then only a look at newcomers', async () => {
      const alice = fixture.user();
      await fixture.people().find([alice.id]);
      const id = nobodys();
      await Promise.all(Array.from({ length: 10 }, () => pairs.findPeer(id, alice.id)));
      expect(asked.filter((after) => after === 0)).toHaveLength(1);
    });

    it('cannot be tried without end: five, then one in ten seconds, for this person only', async () => {
      const [alice, bob] = [fixture.user(), fixture.user()];
      await fixture.people().find([alice.id, bob.id]);
      for (let attempt = 0; attempt < 5; attempt += 1) expect(await pairs.findPeer(nobodys(), alice.id)).toBeUndefined();
      await expect(pairs.findPeer(nobodys(), alice.id)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) });
      expect(await pairs.findPeer(directRoomId(alice.id, bob.id), bob.id)).toBe(alice.id);
      expect(await pairs.findPeer(directRoomId(alice.id, bob.id), alice.id)).toBe(bob.id); // remembered: needs no scan
    });
  });

  describe('with the first message', () => {
    it('gets its row and both memberships, once, and tells of them', async () => {
      const facts: (MembershipChanged | RoomChanged)[] = [];
      const tail = await fixture.get(EventLog).tail<MembershipChanged | RoomChanged>({
        topic: 'chat.rooms',
        events: [MembershipChanged, RoomChanged],
        handle: ({ payload }) => void facts.push(payload),
      });
      const [alice, bob] = [fixture.user(), fixture.user()];
      const { id } = await fixture.directs().open(alice.id, bob.id);
      const first = fixture.history.store(id, alice.id, 'hi');
      const elsewhere = await fixture.startAnother(); // which must find out who the two are
      await Promise.all([fixture.heads().advance([first]), elsewhere.heads().advance([first]), fixture.heads().advance([first])]);
      await elsewhere[Symbol.asyncDispose]();

      expect(await fixture.memberCount(id)).toEqual({ kept: 2, counted: 2 });
      expect(await fixture.rooms().get(bob.id, id)).toMatchObject({ kind: 'direct', head: 1, memberCount: 2, peer: alice, role: 'member' });
      expect((await fixture.access().listMemberIds(id)).sort()).toEqual([alice.id, bob.id].sort());
      const ofRoom = () => facts.filter((fact) => ('room' in fact ? fact.room.id : fact.roomId) === id);
      await eventually(() => ofRoom().length >= 3);
      expect(ofRoom()).toHaveLength(3);
      expect(ofRoom().filter((fact) => 'userId' in fact && fact.change === 'joined')).toHaveLength(2);
      expect(ofRoom().at(-1)).toMatchObject({ room: { kind: 'direct', name: '', memberCount: 2 } });
      await tail.close();
    });

    it('shows up in the conversations of both', async () => {
      const [alice, bob] = [fixture.user(), fixture.user()];
      const { id } = await fixture.directs().open(alice.id, bob.id);
      await fixture.send(id, alice, 'one', 'two');
      const entryOf = async (user: User) => (await fixture.conversations().list(user.id)).conversations.find(({ room }) => room.id === id);
      expect(await entryOf(alice)).toMatchObject({ head: 2, readSeq: 2, unreadCount: 0, room: { peer: bob, name: bob.displayName } });
      expect(await entryOf(bob)).toMatchObject({
        head: 2,
        readSeq: 0,
        unreadCount: 2,
        lastMessage: { seq: 2, preview: 'two', sender: { id: alice.id, username: alice.username } },
        room: { peer: alice },
      });
    });

    it('passes over messages of a room that nobody knows', async () => {
      const alice = fixture.user();
      await fixture.send(randomUUID(), alice, 'into the void');
      await fixture.send(uuidV5('x', uuidV5.URL), alice, 'into the void');
      const other = await fixture.create(alice, 'not held up');
      await fixture.heads().advance([fixture.history.store(randomUUID(), alice.id), fixture.history.store(other.id, alice.id)]);
      expect((await fixture.rooms().get(alice.id, other.id)).head).toBe(1);
    });
  });

  describe('the list', () => {
    /** A world of its own: everybody in it bears its mark. */
    const world = async (size: number) => {
      const mark = randomUUID().slice(0, 8);
      const alice = fixture.user({ displayName: `${mark} Alice` });
      const others = Array.from({ length: size }, (_, index) =>
        fixture.user({ displayName: `${mark} ${String.fromCharCode(65 + ((index * 5) % size))}`, username: `u_${mark}_${index}` }),
      );
      await fixture.people().find([alice, ...others].map(({ id }) => id));
      return { alice, others, mark };
    };
    type Query = { cursor?: string; limit?: number; query?: string };
    const list = (user: User, { cursor, limit = 50, query }: Query): Promise<DirectAnswer> =>
      fixture.directList().list(user.id, { cursor, limit, query });
    const write = async (from: User, to: User, text: string) => fixture.send((await fixture.directs().open(from.id, to.id)).id, from, text);

    it('has everybody else: who has written by newest message, then the others by name', async () => {
      const { alice, others, mark } = await world(7);
      const [one, two, three] = others as [User, User, User];
      await write(one, alice, 'first');
      await write(alice, two, 'second');
      await write(three, alice, 'third');
      await write(one, alice, 'fourth');
      const { direct, nextCursor } = await list(alice, { query: mark });
      expect(nextCursor).toBeNull();
      const rest = others.slice(3).sort((a, b) => (a.displayName < b.displayName ? -1 : 1));
      expect(direct.map(({ user }) => user.displayName)).toEqual([one, three, two, ...rest].map(({ displayName }) => displayName));
      expect(direct[0]).toMatchObject({
        user: one,
        unreadCount: 2,
        lastMessage: { preview: 'fourth', seq: 2 },
        room: { peer: one, head: 2 },
      });
      expect(direct[2]).toMatchObject({ user: two, unreadCount: 0, lastMessage: { preview: 'second', sender: { id: alice.id } } });
      expect(direct[3]).toMatchObject({
        unreadCount: 0,
        lastMessage: null,
        room: { kind: 'direct', head: 0, joined: true, name: rest[0]!.displayName },
      });
      expect(direct[3]!.room).toEqual(await fixture.directs().open(alice.id, rest[0]!.id));
    });

    it('is searched by name and user name, without case', async () => {
      const { alice, others, mark } = await world(4);
      const wanted = others[2]!;
      expect((await list(alice, { query: `U_${mark.toUpperCase()}_2` })).direct.map(({ user }) => user.id)).toEqual([wanted.id]);
      expect((await list(alice, { query: wanted.displayName.toLowerCase() })).direct.map(({ user }) => user.id)).toEqual([wanted.id]);
      await write(alice, wanted, 'hi');
      expect((await list(alice, { query: `u_${mark}_2` })).direct.map(({ user }) => user.id)).toEqual([wanted.id]);
      expect((await list(alice, { query: `${mark} Alice` })).direct).toEqual([]); // not oneself
    });

    it('is searched without accents', async () => {
      const { alice, mark } = await world(1);
      const [jose, muller] = [fixture.user({ displayName: `José ${mark}` }), fixture.user({ displayName: `Müller ${mark}` })];
      await fixture.people().learn([jose, muller]);
      expect((await list(alice, { query: `jose ${mark}` })).direct.map(({ user }) => user.id)).toEqual([jose.id]);
      await write(alice, muller, 'hi');
      expect((await list(alice, { query: `MULLER ${mark}` })).direct.map(({ user }) => user.id)).toEqual([muller.id]);
    });

    it.each([1, 2, 3, 4, 5])('pages by %i through all parts, each person once', async (limit) => {
      const { alice, others, mark } = await world(9);
      for (const other of others.slice(0, 4)) await write(other, alice, 'hi');
      const whole = await list(alice, { query: mark });
      const paged: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: DirectAnswer = await list(alice, { query: mark, limit, ...(cursor ? { cursor } : {}) });
        expect(page.direct.length).toBeLessThanOrEqual(limit);
        paged.push(...page.direct.map(({ user }) => user.id));
        cursor = page.nextCursor;
      }
      expect(paged).toEqual(whole.direct.map(({ user }) => user.id));
      expect(new Set(paged).size).toBe(9);
    });

    it('leaves nobody out when messages come between the pages', async () => {
      const { alice, others, mark } = await world(12);
      for (const other of others.slice(0, 6)) await write(other, alice, 'hi');
      const seen = new Map<string, number>();
      let page = 0;
      for (let cursor: string | null = ''; cursor !== null; page += 1) {
        const answer: DirectAnswer = await list(alice, { query: mark, limit: 2, ...(cursor ? { cursor } : {}) });
        for (const { user, room } of answer.direct) seen.set(user.id, room.head);
        cursor = answer.nextCursor;
        if (page === 0) await write(others[0]!, alice, 'I was at the end of the started ones');
        if (page === 1) await write(others[11]!, alice, 'I was among the others');
      }
      expect(new Set(seen.keys())).toEqual(new Set(others.map(({ id }) => id)));
      expect(seen.get(others[0]!.id)).toBe(2);
      expect(seen.get(others[11]!.id)).toBe(1);
    });

    it.each([
      'x',
      encodeCursor({ part: 'first', asOf: new Date().toISOString() }),
      encodeCursor({ part: 'quiet', asOf: 'now' }),
      encodeCursor({ part: 'others', asOf: new Date().toISOString(), after: { nameKey: '\u0000', id: randomUUID() } }),
      encodeCursor({ part: 'moved', asOf: new Date().toISOString(), after: { roomId: '1' } }),
    ])('answers the foreign cursor %j as bad input', async (cursor) => {
      expect(await refusal(list(fixture.user(), { cursor }))).toBe('VALIDATION_FAILED');
    });

    it('makes the longest name fit into a cursor', async () => {
      const alice = fixture.user();
      const long = Array.from({ length: 2 }, (_, index) =>
        fixture.user({ displayName: '𝒜'.repeat(64), username: `long-${alice.username}-${index}` }),
      );
      await fixture.people().find(long.map(({ id }) => id));
      const { nextCursor } = await list(alice, { query: `long-${alice.username}`, limit: 1 });
      expect(nextCursor!.length).toBeLessThanOrEqual(512);
      expect((await list(alice, { query: `long-${alice.username}`, cursor: nextCursor! })).direct).toHaveLength(1);
    });
  });
});
