import { UserChanged, UserRegistered, type User } from '@parley/contracts';
import { CachedRoomAccess } from '@parley/chat';
import { EventLog, RoomFanout } from '@parley/platform';
import { eventually } from '@parley/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from './people.js';
import { roomsQuery, RoomsFixture } from './rooms-fixture.js';

describe('people and the room for everyone', () => {
  let fixture: RoomsFixture;
  let general: string;
  let log: EventLog;

  beforeAll(async () => {
    fixture = await RoomsFixture.start();
    general = await fixture.general();
    log = fixture.get(EventLog);
  });

  afterAll(async () => {
    await fixture[Symbol.asyncDispose]();
  });

  const roleInGeneral = async (user: User) => (await fixture.access().findFacts(general, user.id))?.role;

  it('makes one room for everyone, however many processes start on empty data', async () => {
    await fixture.query(`TRUNCATE rooms.people, rooms.members, rooms.rooms, rooms.outbox CASCADE`);
    const others = await Promise.all([fixture.startAnother(), fixture.startAnother()]);
    for (const other of others) await other[Symbol.asyncDispose]();
    const rooms = await fixture.query(`SELECT name, kind, visibility, is_for_everyone FROM rooms.rooms`);
    expect(rooms).toEqual([{ name: 'general', kind: 'room', visibility: 'public', is_for_everyone: true }]);
    general = await fixture.general();
  });

  it('knows people by the events of the auth service and enrols them once', async () => {
    const users = Array.from({ length: 5 }, () => newUser());
    await log.appendAll(
      UserRegistered,
      users.map((user) => ({ user })),
    );
    await log.append(UserRegistered, { user: users[0]! }); // at least once
    await eventually(async () => (await fixture.memberCount(general)).counted === 5);
    expect(await fixture.memberCount(general)).toEqual({ kept: 5, counted: 5 });
    const before = fixture.profiles.questions;
    expect(await roleInGeneral(users[3]!)).toBe('member');
    expect(fixture.profiles.questions).toBe(before);
  });

  it('serves a caller whose event has not come yet: he is enrolled on first contact', async () => {
    const [alice, bob, carol, dave] = [fixture.user(), fixture.user(), fixture.user(), fixture.user()];
    expect(await roleInGeneral(alice)).toBe('member');
    expect((await fixture.rooms().list(bob.id, roomsQuery({ scope: 'joined' }))).rooms.map(({ id }) => id)).toEqual([general]);
    expect((await fixture.conversations().list(carol.id)).conversations.map(({ room }) => room.id)).toEqual([general]);
    expect(await fixture.access().listMemberships([dave.id])).toEqual([[{ roomId: general, role: 'member' }]]);
  });

  it('enrols once when first contact and event come together, many times over', async () => {
    const users = Array.from({ length: 10 }, () => fixture.user());
    const { counted } = await fixture.memberCount(general);
    await Promise.all([
      ...users.flatMap((user) => [roleInGeneral(user), roleInGeneral(user), fixture.people().find([user.id])]),
      fixture.people().learn(users),
      fixture.people().learn(users.toReversed()),
    ]);
    expect(await fixture.memberCount(general)).toEqual({ kept: counted + 10, counted: counted + 10 });
  });

  it('does not put back who has left', async () => {
    const alice = fixture.user();
    expect(await roleInGeneral(alice)).toBe('member');
    await fixture.memberships().leave(alice.id, general);
    await fixture.people().learn([alice]);
    await log.append(UserChanged, { user: { ...alice, bio: 'still away' } });
    await eventually(async () => (await fixture.people().find([alice.id])).get(alice.id)?.bio === 'still away');
    const elsewhere = await fixture.startAnother(); // which has never met her
    expect((await elsewhere.access().findFacts(general, alice.id))?.role).toBeNull();
    await elsewhere[Symbol.asyncDispose]();
  });

  it('takes over changes, and lets no answer of the auth service replace a later event', async () => {
    const alice = fixture.user({ displayName: 'Old' });
    await fixture.people().learn([{ ...alice, displayName: 'New' }]);
    await fixture.people().find([alice.id]);
    const room = await fixture.create(fixture.profiles.users.get(alice.id)!, 'of alice');
    const [member] = (await fixture.memberList().list(alice.id, room.id, { limit: 10 })).members;
    expect(member?.user.displayName).toBe('New');
  });

  it('asks for people once and works without the auth service for those whom it knows', async () => {
    const alice = fixture.user();
    await roleInGeneral(alice);
    fixture.profiles.isDown = true;
    try {
      const elsewhere = await fixture.startAnother();
      expect((await elsewhere.access().findFacts(general, alice.id))?.role).toBe('member');
      await expect(elsewhere.access().findFacts(general, fixture.user().id)).rejects.toThrow('the auth service is away');
      await elsewhere[Symbol.asyncDispose]();
    } finally {
      fixture.profiles.isDown = false;
    }
  });

  it('takes somebody who does not exist for a stranger', async () => {
    expect((await fixture.access().findFacts(general, randomUUID()))?.role).toBeNull();
  });

  it('never refuses who has just joined, through a cache in the same process', async () => {
    const cache = new CachedRoomAccess(fixture.access(), log, fixture.get(RoomFanout));
    await cache.onApplicationBootstrap();
    const [alice, bob] = [fixture.user(), fixture.user()];
    const { id } = await fixture.create(alice, 'cached');
    for (let round = 0; round < 5; round += 1) {
      expect((await cache.findFacts(id, bob.id))?.role).toBeNull();
      await fixture.memberships().join(bob.id, id);
      await new Promise(setImmediate); // an answer needs at least that to reach the caller
      expect((await cache.findFacts(id, bob.id))?.role).toBe('member');
      await fixture.memberships().leave(bob.id, id);
      await new Promise(setImmediate);
    }
    await cache.beforeApplicationShutdown();
  });

  it('lists the members of small rooms for other services', async () => {
    const [alice, bob] = [fixture.user(), fixture.user()];
    const { id } = await fixture.create(alice, 'small');
    await fixture.memberships().join(bob.id, id);
    expect((await fixture.access().listMemberIds(id)).sort()).toEqual([alice.id, bob.id].sort());
    await fixture.query(`UPDATE rooms.rooms SET member_count = 1001 WHERE id = $1`, [id]);
    expect(await fixture.access().listMemberIds(id)).toEqual([]);
    expect(await fixture.access().listMemberIds(randomUUID())).toEqual([]);
  });
});
