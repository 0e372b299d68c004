import { MembershipChanged, RoomChanged, type MembersAnswer, type User } from '@parley/contracts';
import { EventLog, PresenceStore } from '@parley/platform';
import { eventually } from '@parley/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCursor } from '../src/cursor.js';
import { listQuery, refusal, RoomsFixture } from './rooms-fixture.js';

describe('memberships', () => {
  let fixture: RoomsFixture;
  const facts: (MembershipChanged | RoomChanged)[] = [];

  beforeAll(async () => {
    fixture = await RoomsFixture.start();
    await fixture.get(EventLog).tail<MembershipChanged | RoomChanged>({
      topic: 'chat.rooms',
      events: [MembershipChanged, RoomChanged],
      handle: ({ payload }) => void facts.push(payload),
    });
  });

  afterAll(async () => {
    await fixture[Symbol.asyncDispose]();
  });

  const join = (user: User, roomId: string) => fixture.memberships().join(user.id, roomId);
  const leave = (user: User, roomId: string) => fixture.memberships().leave(user.id, roomId);
  const members = (userId: string, roomId: string, query: Record<string, string> = {}): Promise<MembersAnswer> =>
    fixture.memberList().list(userId, roomId, listQuery(query));

  it('joins and leaves, and says the same when it is repeated', async () => {
    const [alice, bob] = [fixture.user(), fixture.user()];
    const { id } = await fixture.create(alice, 'in and out');
    expect(await join(bob, id)).toMatchObject({ joined: true, role: 'member', memberCount: 2 });
    expect(await join(bob, id)).toMatchObject({ joined: true, role: 'member', memberCount: 2 });
    expect(await join(alice, id)).toMatchObject({ role: 'owner', memberCount: 2 });
    await leave(bob, id);
    await leave(bob, id);
    expect(await fixture.rooms().get(bob.id, id)).toMatchObject({ joined: false, role: null, memberCount: 1 });
  });

  it('puts every change into the log, in order, once, with the person', async () => {
    const [alice, bob] = [fixture.user(), fixture.user()];
    const { id } = await fixture.create(alice, 'facts');
    await join(bob, id);
    await join(bob, id);
    await leave(bob, id);
    const ofRoom = () => facts.filter((fact) => ('room' in fact ? fact.room.id : fact.roomId) === id);
    await eventually(() => ofRoom().length >= 4);
    expect(ofRoom()).toEqual([
      expect.objectContaining({ roomId: id, userId: alice.id, change: 'joined', role: 'owner', user: alice }),
      { room: expect.objectContaining({ id, memberCount: 1, createdBy: alice.id }) },
      expect.objectContaining({ roomId: id, userId: bob.id, change: 'joined', role: 'member', user: bob, memberCount: 2, memberRev: 2 }),
      expect.objectContaining({ roomId: id, userId: bob.id, change: 'left', role: null, memberCount: 1, memberRev: 3 }),
    ]);
    expect(await fixture.rooms().get(alice.id, id)).toMatchObject({ memberCount: 1, memberRev: 3 });
    expect(await fixture.access().findFacts(id, alice.id)).toMatchObject({ memberCount: 1, memberRev: 3 });
    expect(await fixture.access().listFacts([{ roomId: id, userId: bob.id }])).toMatchObject([{ memberCount: 1, memberRev: 3 }]);
  });

  it('keeps strangers out of private rooms as if there were none', async () => {
    const [alice, bob] = [fixture.user(), fixture.user()];
    const { id } = await fixture.create(alice, 'closed', 'private');
    expect(await refusal(join(bob, id))).toBe('ROOM_NOT_FOUND');
    expect(await refusal(leave(bob, id))).toBe('ROOM_NOT_FOUND');
    expect(await refusal(members(bob.id, id))).toBe('ROOM_NOT_FOUND');
    for (const work of [join, leave]) expect(await refusal(work(bob, randomUUID()))).toBe('ROOM_NOT_FOUND');
  });

  it('lets nobody join what is archived', async () => {
    const [alice, bob] = [fixture.user(), fixture.user()];
    const { id } = await fixture.create(alice, 'attic');
    await fixture.query(`UPDATE rooms.rooms SET archived_at = now() WHERE id = $1`, [id]);
    expect(await refusal(join(bob, id))).toBe('ROOM_ARCHIVED');
  });

  it('keeps the people of a private chat as they are', async () => {
    const [alice, bob, carol] = [fixture.user(), fixture.user(), fixture.user()];
    const { id } = await fixture.directs().open(alice.id, bob.id);
    for (const isStarted of [false, true]) {
      if (isStarted) await fixture.send(id, alice, 'hi');
      for (const work of [join, leave]) {
        expect(await refusal(work(bob, id))).toBe('DIRECT_FIXED');
        expect(await refusal(work(carol, id))).toBe('ROOM_NOT_FOUND');
      }
      const both = (await members(alice.id, id)).members;
      expect(new Map(both.map(({ user, role }) => [user.id, role]))).toEqual(
        new Map([
          [alice.id, 'member'],
          [bob.id, 'member'],
        ]),
      );
      expect(both).toHaveLength(2);
      expect(await refusal(members(carol.id, id))).toBe('ROOM_NOT_FOUND');
    }
  });

  it('lets the last owner leave only when nobody else is there', async () => {
    const [alice, bob] = [fixture.user(), fixture.user()];
    const { id } = await fixture.create(alice, 'owned');
    await join(bob, id);
    expect(await refusal(leave(alice, id))).toBe('LAST_OWNER');
    expect(await fixture.memberCount(id)).toEqual({ kept: 2, counted: 2 });
    await leave(bob, id);
    await leave(alice, id);
    expect(await fixture.memberCount(id)).toEqual({ kept: 0, counted: 0 });
  });

  it('lets one of two last owners go when both leave at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [alice, bob, carol] = [fixture.user(), fixture.user(), fixture.user()];
      const { id } = await fixture.create(alice, `two owners ${round}`);
      await join(bob, id);
      await join(carol, id);
      await fixture.query(`UPDATE rooms.members SET role = 'owner' WHERE room_id = $1 AND user_id = $2`, [id, bob.id]);
      const outcomes = await Promise.allSettled([leave(alice, id), leave(bob, id)]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(outcomes.find((outcome) => outcome.status === 'rejected')?.reason).toMatchObject({ code: 'LAST_OWNER' });
      const [row] = await fixture.query<{ owners: number }>(
        `SELECT count(*)::int AS owners FROM rooms.members WHERE room_id = $1 AND role = 'owner'`,
        [id],
      );
      expect(row!.owners).toBe(1);
    }
  });

  it('keeps the count exact in a storm of joins and leaves', async () => {
    const alice = fixture.user();
    const { id } = await fixture.create(alice, 'storm');
    const people = Array.from({ length: 12 }, () => fixture.user());
    await Promise.all(
      people.flatMap((user, index) => [
        join(user, id),
        join(user, id),
        leave(user, id).then(async () => void (await (index % 2 === 0 ? join(user, id) : leave(user, id)))),
        leave(user, id),
      ]),
    );
    const { kept, counted } = await fixture.memberCount(id);
    expect(kept).toBe(counted);
    const answer = await members(alice.id, id, { limit: '100' });
    expect(answer.members).toHaveLength(kept);
    expect((await fixture.rooms().get(alice.id, id)).memberCount).toBe(kept);
  });

  it('lists owners first, then the older membership, page by page', async () => {
    const alice = fixture.user();
    const { id } = await fixture.create(alice, 'long list');
    const people: User[] = [];
    for (let index = 0; index < 11; index += 1) {
      const user = fixture.user();
      people.push(user);
      await join(user, id);
    }
    await fixture.query(`UPDATE rooms.members SET role = 'moderator' WHERE room_id = $1 AND user_id = $2`, [id, people[10]!.id]);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: MembersAnswer = await members(alice.id, id, { limit: '4', ...(cursor ? { cursor } : {}) });
      expect(page.members.length).toBeLessThanOrEqual(4);
      seen.push(...page.members.map(({ user }) => user.id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([alice, people[10]!, ...people.slice(0, 10)].map(({ id: userId }) => userId));
  });

  it('shows who is there, also to people who may only look', async () => {
    const [alice, bob, carol] = [fixture.user(), fixture.user(), fixture.user()];
    const { id } = await fixture.create(alice, 'presence');
    await join(bob, id);
    const presence = fixture.get(PresenceStore);
    await presence.connect({ gatewayId: 'gateway', socketId: 'socket', userId: bob.id, state: 'away' });
    expect((await members(carol.id, id)).members.map(({ user, presence: state }) => [user.id, state])).toEqual([
      [alice.id, 'offline'],
      [bob.id, 'away'],
    ]);
  });

  it.each([
    'x',
    encodeCursor(['king', new Date().toISOString(), randomUUID()]),
    encodeCursor(['owner', 'yesterday', randomUUID()]),
    encodeCursor(['owner']),
  ])('answers the foreign cursor %j as bad input', async (cursor) => {
    const alice = fixture.user();
    const general = await fixture.general();
    expect(await refusal(members(alice.id, general, { cursor }))).toBe('VALIDATION_FAILED');
  });
});
