import { MembershipChanged, RoomChanged, SystemMessagePosted, type Room, type User } from '@parley/contracts';
import { EventLog } from '@parley/platform';
import { eventually } from '@parley/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listQuery, refusal, roomsQuery, RoomsFixture } from './rooms-fixture.js';

describe('room administration', () => {
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

  afterAll(() => fixture[Symbol.asyncDispose]());

  let count = 0;
  const newRoom = async (visibility: 'public' | 'private' = 'public') => {
    const [owner, moderator, member] = [fixture.user(), fixture.user(), fixture.user()];
    const room = await fixture.create(owner, `administered ${(count += 1)}`, visibility);
    for (const { id } of [moderator, member]) {
      if (visibility === 'public') await fixture.memberships().join(id, room.id);
      else await fixture.invites().accept(id, (await fixture.invites().create(owner.id, room.id, {})).code);
    }
    await fixture.admin().changeRole(owner.id, room.id, moderator.id, 'moderator');
    return { room, owner, moderator, member };
  };
  const roleOf = async (room: Room, user: User) => (await fixture.access().findFacts(room.id, user.id))?.role;
  const membershipFacts = (room: Room): MembershipChanged[] =>
    facts.flatMap((fact) => ('room' in fact || fact.roomId !== room.id ? [] : [fact]));

  describe('settings', () => {
    it('change what is given, once, and everybody hears of it', async () => {
      const { room, moderator } = await newRoom();
      const changed = await fixture.settings().change(moderator.id, room.id, { name: `${room.name} renamed`, slowModeSeconds: 5 });
      expect(changed).toMatchObject({ name: `${room.name} renamed`, topic: '', slowModeSeconds: 5, role: 'moderator' });
      expect(await fixture.settings().change(moderator.id, room.id, { slowModeSeconds: 5 })).toEqual(changed);
      expect((await fixture.rooms().list(moderator.id, roomsQuery({ query: 'RENAMED' }))).rooms.map(({ id }) => id)).toContain(room.id);
      const changes = () => facts.flatMap((fact) => ('room' in fact && fact.room.id === room.id ? fact.room.name : []));
      await eventually(() => changes().length === 2);
      expect(changes()).toEqual([room.name, `${room.name} renamed`]);
    });

    it('give a public name once, also when a private room comes out with it', async () => {
      const [one, other, hidden] = [await newRoom(), await newRoom(), await newRoom('private')];
      expect(await refusal(fixture.settings().change(one.owner.id, one.room.id, { name: other.room.name.toUpperCase() }))).toBe(
        'ROOM_NAME_TAKEN',
      );
      await fixture.settings().change(hidden.owner.id, hidden.room.id, { name: one.room.name });
      expect(await refusal(fixture.settings().change(hidden.owner.id, hidden.room.id, { visibility: 'public' }))).toBe('ROOM_NAME_TAKEN');
      const moved = await fixture
        .settings()
        .change(hidden.owner.id, hidden.room.id, { name: 'something of its own', visibility: 'public' });
      expect(moved.visibility).toBe('public');
    });

    it('leave visibility and archive to owners, and a room for everyone as it is', async () => {
      const { room, moderator, owner } = await newRoom();
      expect(await refusal(fixture.settings().change(moderator.id, room.id, { visibility: 'private' }))).toBe('FORBIDDEN');
      expect(await refusal(fixture.settings().archive(moderator.id, room.id))).toBe('FORBIDDEN');
      await fixture.settings().change(owner.id, room.id, { visibility: 'private' });
      expect(await refusal(fixture.rooms().get(fixture.user().id, room.id))).toBe('ROOM_NOT_FOUND');

      const administrator = fixture.user({ roles: ['administrator'] });
      const general = await fixture.general();
      expect((await fixture.rooms().get(administrator.id, general)).role).toBe('owner');
      expect(await refusal(fixture.settings().archive(administrator.id, general))).toBe('FORBIDDEN');
      expect(await refusal(fixture.settings().change(administrator.id, general, { visibility: 'private' }))).toBe('FORBIDDEN');
      expect((await fixture.settings().change(administrator.id, general, { topic: 'hello' })).topic).toBe('hello');
    });

    it('end with the archive: read by all who could, changed by nobody', async () => {
      const { room, owner, moderator, member } = await newRoom();
      await fixture.settings().archive(owner.id, room.id);
      await fixture.settings().archive(owner.id, room.id);
      expect((await fixture.rooms().get(member.id, room.id)).archivedAt).not.toBeNull();
      expect((await fixture.rooms().list(member.id, roomsQuery({ scope: 'joined' }))).rooms.map(({ id }) => id)).not.toContain(room.id);
      expect((await fixture.conversations().list(member.id)).conversations.map((each) => each.room.id)).not.toContain(room.id);
      for (const work of [
        () => fixture.settings().change(owner.id, room.id, { topic: 'x' }),
        () => fixture.admin().changeRole(owner.id, room.id, member.id, 'owner'),
        () => fixture.admin().remove(owner.id, room.id, member.id),
        () => fixture.admin().ban(owner.id, room.id, member.id),
        () => fixture.invites().create(moderator.id, room.id, {}),
        () => fixture.memberships().join(fixture.user().id, room.id),
      ])
        expect(await refusal(work())).toBe('ROOM_ARCHIVED');
      await fixture.memberships().leave(member.id, room.id);
      expect((await fixture.create(fixture.user(), room.name)).name).toBe(room.name);
    });
  });

  describe('roles', () => {
    it('are given by owners to members', async () => {
      const { room, owner, moderator, member } = await newRoom();
      expect(await refusal(fixture.admin().changeRole(moderator.id, room.id, moderator.id, 'owner'))).toBe('FORBIDDEN');
      expect(await refusal(fixture.admin().changeRole(owner.id, room.id, fixture.user().id, 'member'))).toBe('USER_NOT_FOUND');
      expect(await refusal(fixture.admin().changeRole(owner.id, room.id, randomUUID(), 'member'))).toBe('USER_NOT_FOUND');
      await fixture.admin().changeRole(owner.id, room.id, member.id, 'owner');
      await fixture.admin().changeRole(owner.id, room.id, member.id, 'owner');
      expect(await roleOf(room, member)).toBe('owner');
      const given = () => membershipFacts(room).filter(({ change, userId }) => change === 'role' && userId === member.id);
      await eventually(() => given().length === 1);
      expect(given()[0]).toMatchObject({ role: 'owner', user: member });
    });

    it('leave an owner when two take the last one from each other at once', async () => {
      for (let round = 0; round < 8; round += 1) {
        const { room, owner, member } = await newRoom();
        await fixture.admin().changeRole(owner.id, room.id, member.id, 'owner');
        const outcomes = await Promise.allSettled([
          fixture.admin().changeRole(owner.id, room.id, member.id, 'member'),
          fixture.admin().changeRole(member.id, room.id, owner.id, 'member'),
          fixture.memberships().leave(owner.id, room.id),
        ]);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected')
            expect(['LAST_OWNER', 'FORBIDDEN', 'NOT_A_MEMBER', 'USER_NOT_FOUND']).toContain(outcome.reason.code);
        }
        const [row] = await fixture.query<{ owners: number }>(
          `SELECT count(*)::int AS owners FROM rooms.members WHERE room_id = $1 AND role = 'owner'`,
          [room.id],
        );
        expect(row!.owners).toBeGreaterThanOrEqual(1);
      }
    });

    it('stay with the last owner, also when he is alone', async () => {
      const owner = fixture.user();
      const room = await fixture.create(owner, 'all alone');
      expect(await refusal(fixture.admin().changeRole(owner.id, room.id, owner.id, 'member'))).toBe('LAST_OWNER');
    });
  });

  describe('removal', () => {
    it('takes the membership at once, and who is removed may come back to a public room', async () => {
      const { room, moderator, member } = await newRoom();
      await fixture.admin().remove(moderator.id, room.id, member.id);
      expect(await refusal(fixture.admin().remove(moderator.id, room.id, member.id))).toBe('USER_NOT_FOUND');
      expect(await fixture.memberCount(room.id)).toEqual({ kept: 2, counted: 2 });
      await fixture.memberships().join(member.id, room.id);
      const changes = () => membershipFacts(room).flatMap(({ userId, change }) => (userId === member.id ? change : []));
      await eventually(() => changes().length === 3);
      expect(changes()).toEqual(['joined', 'removed', 'joined']);
    });

    it('of an owner is for owners, and never of the last one', async () => {
      const { room, owner, moderator, member } = await newRoom();
      expect(await refusal(fixture.admin().remove(moderator.id, room.id, owner.id))).toBe('FORBIDDEN');
      expect(await refusal(fixture.admin().ban(moderator.id, room.id, owner.id))).toBe('FORBIDDEN');
      expect(await refusal(fixture.admin().remove(owner.id, room.id, owner.id))).toBe('LAST_OWNER');
      expect(await refusal(fixture.admin().remove(member.id, room.id, moderator.id))).toBe('FORBIDDEN');
      await fixture.admin().changeRole(owner.id, room.id, member.id, 'owner');
      await fixture.admin().remove(member.id, room.id, owner.id);
      expect(await roleOf(room, owner)).toBeNull();
    });
  });

  it('says to gateways who may no longer read, for as long as that is so', async () => {
    const [open, closed] = [await newRoom(), await newRoom('private')];
    const lost = async () =>
      (await fixture.access().listLostAccess(60_000)).filter(({ roomId }) => [open.room.id, closed.room.id].includes(roomId));
    await fixture.admin().remove(open.owner.id, open.room.id, open.member.id);
    await fixture.admin().ban(open.owner.id, open.room.id, open.moderator.id);
    await fixture.admin().remove(closed.owner.id, closed.room.id, closed.member.id);
    await fixture.memberships().leave(closed.moderator.id, closed.room.id);
    const keys = (entries: readonly { userId: string }[]) => entries.map(({ userId }) => userId).sort();
    expect(keys(await lost())).toEqual([open.moderator.id, closed.member.id, closed.moderator.id].sort());
    await fixture.bans().lift(open.owner.id, open.room.id, open.moderator.id);
    await fixture.invites().accept(closed.member.id, (await fixture.invites().create(closed.owner.id, closed.room.id, {})).code);
    expect(keys(await lost())).toEqual([closed.moderator.id]);
    await fixture.query(`UPDATE rooms.departures SET at = at - interval '2 minutes'`);
    expect(await lost()).toEqual([]);
  });

  describe('what a room says itself', () => {
    const said: SystemMessagePosted[] = [];
    beforeAll(async () => {
      await fixture.get(EventLog).tail({
        topic: 'chat.messages',
        events: [SystemMessagePosted],
        handle: ({ payload }) => void said.push(payload),
      });
    });
    const saidIn = (room: Room) => said.filter(({ roomId }) => roomId === room.id).map(({ text }) => text);

    it('is who comes to a private room and who goes, and what becomes of it', async () => {
      const { room, owner, moderator, member } = await newRoom('private');
      await fixture.memberships().leave(moderator.id, room.id);
      await fixture.admin().remove(owner.id, room.id, member.id);
      await fixture.admin().ban(owner.id, room.id, member.id);
      await fixture.settings().change(owner.id, room.id, { name: room.name, topic: 'secrets' });
      await fixture.settings().archive(owner.id, room.id);
      const expected = [
        `${moderator.displayName} joined.`,
        `${member.displayName} joined.`,
        `${moderator.displayName} left.`,
        `${member.displayName} was removed.`,
        'The topic is now “secrets”.',
        'The room was archived.',
      ];
      await eventually(() => saidIn(room).length >= expected.length);
      expect(saidIn(room)).toEqual(expected);
    });

    it('is not who comes to a public room, nor to the one for everyone', async () => {
      const { room, owner, member } = await newRoom();
      await fixture.memberships().leave(member.id, room.id);
      await fixture.settings().change(owner.id, room.id, { name: `${room.name}!` });
      await eventually(() => saidIn(room).length > 0);
      expect(saidIn(room)).toEqual([`The room is now called “${room.name}!”.`]);
      const general = await fixture.general();
      expect(said.filter(({ roomId }) => roomId === general)).toEqual([]);
    });
  });

  describe('bans', () => {
    it('keep out members and strangers, everywhere, until they are lifted', async () => {
      const { room, owner, moderator, member } = await newRoom();
      const invite = await fixture.invites().create(owner.id, room.id, {});
      const stranger = fixture.user();
      for (const user of [member, stranger]) {
        await fixture.admin().ban(moderator.id, room.id, user.id);
        await fixture.admin().ban(owner.id, room.id, user.id);
        for (const work of [
          () => fixture.memberships().join(user.id, room.id),
          () => fixture.invites().accept(user.id, invite.code),
          () => fixture.rooms().get(user.id, room.id),
          () => fixture.memberList().list(user.id, room.id, listQuery()),
          () => fixture.memberships().leave(user.id, room.id),
          () => fixture.markers().markRead(room.id, user.id, 1),
          () => fixture.notifications().set(user.id, room.id, { notify: 'all' }),
        ])
          expect(await refusal(work())).toBe('BANNED');
        expect((await fixture.access().findFacts(room.id, user.id))?.isBanned).toBe(true);
      }
      expect(await fixture.memberCount(room.id)).toEqual({ kept: 2, counted: 2 });
      const first = await fixture.bans().list(moderator.id, room.id, listQuery({ limit: '1' }));
      const second = await fixture.bans().list(moderator.id, room.id, listQuery({ limit: '1', cursor: first.nextCursor! }));
      expect([...first.bans, ...second.bans].map(({ user, bannedBy }) => [user.id, bannedBy])).toEqual([
        [stranger.id, moderator.id],
        [member.id, moderator.id],
      ]);
      expect(second.nextCursor).toBeNull();
      const told = () => membershipFacts(room).flatMap(({ userId, change }) => (change === 'banned' ? userId : []));
      await eventually(() => told().length === 2);
      expect(told()).toEqual([member.id, stranger.id]);

      for (let twice = 0; twice < 2; twice += 1) await fixture.bans().lift(moderator.id, room.id, member.id);
      expect((await fixture.memberships().join(member.id, room.id)).role).toBe('member');
    });

    it('need somebody who exists, and somebody else', async () => {
      const { room, owner } = await newRoom();
      expect(await refusal(fixture.admin().ban(owner.id, room.id, randomUUID()))).toBe('USER_NOT_FOUND');
      expect(await refusal(fixture.admin().ban(owner.id, room.id, owner.id))).toBe('VALIDATION_FAILED');
    });

    it('keep out who joins at the same moment', async () => {
      for (let round = 0; round < 8; round += 1) {
        const { room, owner } = await newRoom();
        const guest = fixture.user();
        await Promise.allSettled([
          fixture.memberships().join(guest.id, room.id),
          fixture.admin().ban(owner.id, room.id, guest.id),
          fixture.memberships().join(guest.id, room.id),
        ]);
        expect(await fixture.access().findFacts(room.id, guest.id)).toMatchObject({ role: null, isBanned: true });
      }
    });
  });

  describe('mutes', () => {
    const soon = () => new Date(Date.now() + 3_600_000).toISOString();
    const isMuted = async (room: Room, user: User) => (await fixture.access().findFacts(room.id, user.id))?.isMuted;

    it('hold until their time, also for who leaves and comes back', async () => {
      const { room, owner, moderator, member } = await newRoom();
      const until = soon();
      await fixture.admin().mute(moderator.id, room.id, member.id, until);
      await fixture.memberships().leave(member.id, room.id);
      await fixture.memberships().join(member.id, room.id);
      expect(await isMuted(room, member)).toBe(true);
      await fixture.query(`UPDATE rooms.mutes SET until = now() WHERE room_id = $1`, [room.id]);
      expect(await isMuted(room, member)).toBe(false);
      await fixture.admin().mute(owner.id, room.id, moderator.id, until); // sweeps what has passed
      expect(await fixture.query(`SELECT user_id FROM rooms.mutes WHERE room_id = $1`, [room.id])).toEqual([{ user_id: moderator.id }]);
      expect(await isMuted(room, moderator)).toBe(true);
      await fixture.admin().mute(owner.id, room.id, moderator.id, new Date(0).toISOString());
      expect(await isMuted(room, moderator)).toBe(false);
    });

    it('are told to whom they concern and to those who keep order, and to nobody else', async () => {
      const { room, owner, moderator, member } = await newRoom();
      const other = fixture.user();
      await fixture.memberships().join(other.id, room.id);
      const until = soon();
      await fixture.admin().mute(owner.id, room.id, member.id, until);
      const seenBy = async ({ id }: User) =>
        (await fixture.memberList().list(id, room.id, listQuery())).members.find(({ user }) => user.id === member.id)?.mutedUntil;
      expect(await Promise.all([owner, moderator, member, other, fixture.user()].map(seenBy))).toEqual([
        until,
        until,
        until,
        undefined,
        undefined,
      ]);
      await fixture.admin().mute(owner.id, room.id, member.id, null);
      expect(await Promise.all([owner, member, other].map(seenBy))).toEqual([null, null, undefined]);
    });

    it('are for moderators to make, of members who are not owners, and of nobody by himself', async () => {
      const { room, owner, moderator, member } = await newRoom();
      const mute = (by: User, whom: User) => refusal(fixture.admin().mute(by.id, room.id, whom.id, soon()));
      expect(await mute(member, moderator)).toBe('FORBIDDEN');
      expect(await mute(moderator, owner)).toBe('FORBIDDEN');
      expect(await mute(moderator, moderator)).toBe('VALIDATION_FAILED');
      expect(await mute(moderator, fixture.user())).toBe('USER_NOT_FOUND');
      const direct = await fixture.directs().open(owner.id, member.id);
      expect(await refusal(fixture.admin().mute(owner.id, direct.id, member.id, soon()))).toBe('DIRECT_FIXED');
    });
  });

  describe('invitations', () => {
    it('let people into a private room, as often as they say, however many come at once', async () => {
      const { room, owner, moderator } = await newRoom('private');
      const invite = await fixture.invites().create(moderator.id, room.id, { maxUses: 3 });
      expect(invite).toMatchObject({ url: `https://chat.example/invite/${invite.code}`, maxUses: 3, uses: 0, expiresAt: null });
      const people = Array.from({ length: 12 }, () => fixture.user());
      const outcomes = await Promise.allSettled(
        people.flatMap(({ id }) => [id, id]).map((id) => fixture.invites().accept(id, invite.code)),
      );
      const inside = (await fixture.memberList().list(owner.id, room.id, listQuery())).members.length;
      expect(inside).toBe(3 + 3);
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'INVITE_NOT_FOUND' });
      expect(await refusal(fixture.invites().accept(fixture.user().id, invite.code))).toBe('INVITE_NOT_FOUND');
    });

    it('cost members nothing, not even the last use', async () => {
      const { room, owner, member } = await newRoom('private');
      const { code } = await fixture.invites().create(owner.id, room.id, { maxUses: 1 });
      expect(await fixture.invites().accept(member.id, code)).toMatchObject({ id: room.id, role: 'member' });
      expect((await fixture.invites().list(owner.id, room.id)).invites.at(-1)).toMatchObject({ code, uses: 0 });
    });

    it('end: by time, by being revoked, and with the room', async () => {
      const { room, owner, member } = await newRoom('private');
      const past = new Date(Date.now() - 1000).toISOString();
      expect(await refusal(fixture.invites().create(owner.id, room.id, { expiresAt: past }))).toBe('VALIDATION_FAILED');
      const [late, revoked, last] = await Promise.all(
        [1, 2, 3].map(() => fixture.invites().create(owner.id, room.id, { expiresAt: new Date(Date.now() + 60_000).toISOString() })),
      );
      await fixture.query(`UPDATE rooms.invites SET expires_at = now() WHERE code = $1`, [late!.code]);
      await fixture.invites().revoke(owner.id, room.id, revoked!.code);
      expect(await refusal(fixture.invites().revoke(owner.id, room.id, revoked!.code))).toBe('INVITE_NOT_FOUND');
      for (const { code } of [late!, revoked!])
        expect(await refusal(fixture.invites().accept(fixture.user().id, code))).toBe('INVITE_NOT_FOUND');
      expect(await refusal(fixture.invites().create(member.id, room.id, {}))).toBe('FORBIDDEN');
      expect(await refusal(fixture.invites().list(member.id, room.id))).toBe('FORBIDDEN');
      const held = (await fixture.invites().list(owner.id, room.id)).invites.map(({ code }) => code);
      expect(held).toContain(last!.code);
      expect(held).not.toContain(late!.code);
      await fixture.settings().archive(owner.id, room.id);
      expect(await refusal(fixture.invites().accept(fixture.user().id, last!.code))).toBe('ROOM_ARCHIVED');
    });

    it('of one room are no use in another', async () => {
      const [one, other] = [await newRoom('private'), await newRoom('private')];
      const { code } = await fixture.invites().create(one.owner.id, one.room.id, {});
      expect(await refusal(fixture.invites().revoke(other.owner.id, other.room.id, code))).toBe('INVITE_NOT_FOUND');
      expect(await refusal(fixture.invites().list(other.owner.id, one.room.id))).toBe('ROOM_NOT_FOUND');
    });
  });

  it('keeps what somebody wants to be told', async () => {
    const { room, member } = await newRoom();
    const mutedUntil = new Date(Date.now() + 3_600_000).toISOString();
    expect(await fixture.notifications().set(member.id, room.id, { notify: 'mentions', mutedUntil })).toEqual({
      notify: 'mentions',
      mutedUntil,
    });
    const shown = async (roomId: string) =>
      (await fixture.conversations().list(member.id)).conversations.find((each) => each.room.id === roomId);
    expect(await shown(room.id)).toMatchObject({ notify: 'mentions', mutedUntil });
    await fixture.notifications().set(member.id, room.id, { notify: 'none' });
    expect(await shown(room.id)).toMatchObject({ notify: 'none', mutedUntil: null });
    expect(await refusal(fixture.notifications().set(fixture.user().id, room.id, { notify: 'all' }))).toBe('NOT_A_MEMBER');

    const direct = await fixture.directs().open(member.id, fixture.user().id);
    await fixture.notifications().set(member.id, direct.id, { notify: 'none' });
    expect(await shown(direct.id)).toMatchObject({ notify: 'none' });
    for (const work of [
      () => fixture.settings().change(member.id, direct.id, { name: 'x' }),
      () => fixture.admin().ban(member.id, direct.id, fixture.user().id),
      () => fixture.invites().create(member.id, direct.id, {}),
    ])
      expect(await refusal(work())).toBe('DIRECT_FIXED');
  });

  it('gives administrators the powers of an owner in public rooms, and no private ones', async () => {
    const administrator = fixture.user({ roles: ['administrator'] });
    const [open, closed] = [await newRoom(), await newRoom('private')];
    await fixture.admin().ban(administrator.id, open.room.id, open.member.id);
    expect(await refusal(fixture.admin().remove(administrator.id, open.room.id, open.owner.id))).toBe('LAST_OWNER');
    expect(await refusal(fixture.admin().ban(administrator.id, closed.room.id, closed.member.id))).toBe('ROOM_NOT_FOUND');
    await fixture.settings().archive(administrator.id, open.room.id);
  });
});
