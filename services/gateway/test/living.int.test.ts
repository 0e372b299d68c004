import { randomUUID } from 'node:crypto';
import { ACTIVITY_SUBJECT, ROOM_ACCESS_SUBJECT, type ActivityNotice, type RoomAccessNotice } from '@parley/chat';
import { RoomChanged, roomChannel } from '@parley/contracts';
import { eventually } from '@parley/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { GatewayFixture, type TestClient } from './gateway-fixture.js';
import { userOf } from './world.js';

describe('life in rooms', () => {
  let gateway: GatewayFixture;
  let alice: TestClient;
  let bob: TestClient;
  let roomId: string;
  beforeEach(async () => {
    gateway = await GatewayFixture.start({}, 0);
    const [a, b] = [randomUUID(), randomUUID()];
    roomId = gateway.world.addRoom({ members: [a, b] });
    alice = await gateway.connect(a);
    bob = await gateway.connect(b);
    return () => gateway[Symbol.asyncDispose]();
  });
  /** Everything that was sent before has arrived. */
  const settled = (client: TestClient) => client.code('room:close', { roomId: randomUUID() });
  const openBoth = () => Promise.all([alice, bob].map((each) => each.get('room:open', { roomId })));

  describe('typing', () => {
    it('is shown to the others who have the room open, not to oneself', async () => {
      await openBoth();
      const outside = await gateway.connect(alice.userId);
      await bob.get('typing', { roomId, on: true });
      await eventually(() => alice.of('typing').length === 1);
      expect(alice.of('typing')).toEqual([{ roomId, userIds: [bob.userId] }]);
      await alice.get('typing', { roomId, on: true });
      await eventually(() => bob.of('typing').length === 1);
      expect(bob.of('typing')).toEqual([{ roomId, userIds: [alice.userId] }]);
      await settled(outside);
      expect(outside.of('typing')).toEqual([]);
    });

    it('ends when it is said, when the message comes, and when the room is left', async () => {
      await openBoth();
      const shown = () => alice.of('typing').at(-1)?.userIds;
      for (const end of [
        () => bob.get('typing', { roomId, on: false }),
        () => gateway.post(roomId, bob.userId),
        () => bob.get('room:close', { roomId }),
        () => bob.socket.disconnect(),
      ]) {
        await bob.get('typing', { roomId, on: true });
        await eventually(() => shown()?.length === 1);
        await end();
        await eventually(() => shown()?.length === 0);
      }
    });

    it('is shown to who opens the room meanwhile', async () => {
      await bob.get('room:open', { roomId });
      await bob.get('typing', { roomId, on: true });
      const carol = await gateway.connect();
      await carol.get('room:open', { roomId });
      await eventually(() => carol.of('typing').length > 0);
      expect(carol.of('typing')[0]).toEqual({ roomId, userIds: [bob.userId] });
    });

    it('is for members, and a flood of it reaches the others as one change', async () => {
      const stranger = await gateway.connect();
      expect(await stranger.code('typing', { roomId, on: true })).toBe('NOT_A_MEMBER');
      expect(await stranger.code('typing', { roomId: randomUUID(), on: true })).toBe('ROOM_NOT_FOUND');
      await openBoth();
      await Promise.all(Array.from({ length: 50 }, () => bob.get('typing', { roomId, on: true })));
      await eventually(() => alice.of('typing').length > 0);
      expect(alice.of('typing')).toHaveLength(1);
    });
  });

  describe('activity', () => {
    const notice = (change: Partial<ActivityNotice> & { roomId: string }) =>
      gateway.fanout.toProcesses(ACTIVITY_SUBJECT, { rooms: [{ head: 1, preview: 'hello', senderId: null, ...change }] });

    it('tells members who do not have the room open, on every device of theirs', async () => {
      const phone = await gateway.connect(alice.userId);
      const stranger = await gateway.connect();
      await bob.get('room:open', { roomId });
      notice({ roomId, head: 7, mentions: [alice.userId] });
      await eventually(() => alice.of('activity').length + phone.of('activity').length === 2);
      expect(alice.of('activity')).toEqual([{ rooms: [{ roomId, head: 7, preview: 'hello', mention: true }] }]);
      await Promise.all([settled(bob), settled(stranger)]);
      expect([bob.of('activity'), stranger.of('activity')]).toEqual([[], []]);
    });

    it('says which of the messages are never unread', async () => {
      notice({ roomId, head: 5, authors: { [alice.userId]: [1, 3], '': [4], [bob.userId]: [2, 5] } });
      await eventually(() => alice.of('activity').length + bob.of('activity').length === 2);
      expect(alice.of('activity')[0]?.rooms[0]?.neverUnread?.toSorted()).toEqual([1, 3, 4]);
      expect(bob.of('activity')[0]?.rooms[0]?.neverUnread?.toSorted()).toEqual([2, 4, 5]);
    });

    it('tells each room once a second at most, with the newest line', async () => {
      for (let head = 1; head <= 10; head += 1) notice({ roomId, head, preview: `line ${head}` });
      await eventually(() => alice.of('activity').length === 1);
      expect(alice.of('activity')[0]?.rooms).toEqual([{ roomId, head: 10, preview: 'line 10', mention: false }]);
      const startedAt = performance.now();
      const announcement = { what: 'renamed', name: 'Studio' } as const;
      notice({ roomId, head: 11, announcement });
      await eventually(() => alice.of('activity').length === 2);
      expect(alice.of('activity')[1]?.rooms).toEqual([{ roomId, head: 11, preview: 'hello', announcement, mention: false }]);
      expect(performance.now() - startedAt).toBeGreaterThan(800);
    });

    it('follows who joins and who leaves', async () => {
      const carol = await gateway.connect();
      await gateway.changeMember(roomId, carol.userId, 'joined', 'member');
      await eventually(() => carol.of('room:member').length === 1);
      notice({ roomId, head: 2 });
      await eventually(() => carol.of('activity').length === 1);
      await gateway.changeMember(roomId, carol.userId, 'left', null);
      await eventually(() => carol.of('room:member').length === 2);
      const before = alice.of('activity').length;
      notice({ roomId, head: 3 });
      await eventually(() => alice.of('activity').length > before);
      await settled(carol);
      expect(carol.of('activity')).toHaveLength(1);
    });

    it('reaches both people of a private chat that begins while they are connected', async () => {
      const directId = gateway.world.addDirect(alice.userId, bob.userId);
      notice({ roomId: directId, senderId: bob.userId });
      await eventually(() => alice.of('activity').length === 1 && bob.of('activity').length === 1);
      expect(alice.of('activity')[0]?.rooms[0]?.roomId).toBe(directId);
    });

    it('waits for a private chat of which the rooms service has not heard yet', async () => {
      const directId = gateway.world.addDirect(alice.userId, bob.userId);
      const room = gateway.world.room(directId);
      gateway.world.rooms.delete(directId);
      notice({ roomId: directId });
      await eventually(() => (gateway.world.asked['listMemberIds'] ?? 0) > 0);
      gateway.world.rooms.set(directId, room);
      await eventually(() => alice.of('activity').length === 1);
    });
  });

  describe('memberships', () => {
    it('are told to those who have the room open and to the person concerned', async () => {
      const carol = await gateway.connect();
      await alice.get('room:open', { roomId });
      await gateway.changeMember(roomId, carol.userId, 'joined', 'member');
      await eventually(() => alice.of('room:member').length === 1 && carol.of('room:member').length === 1);
      expect(carol.of('room:member')).toEqual([
        { roomId, userId: carol.userId, change: 'joined', role: 'member', user: userOf(carol.userId), memberCount: 3, memberRev: 1 },
      ]);
      expect(await carol.get('room:open', { roomId })).toMatchObject({ memberCount: 3, memberRev: 1 });
      const epoch = 1;
      const { rooms } = await bob.get('rooms:sync', { rooms: [{ roomId, epoch, lastSeq: 0 }] });
      expect(rooms).toMatchObject([{ memberCount: 3, memberRev: 1 }]);
      await settled(bob);
      expect(bob.of('room:member')).toEqual([]);
    });

    it.each(['removed', 'banned'] as const)('that end by being %s end the stream at once', async (change) => {
      await openBoth();
      await gateway.changeMember(roomId, bob.userId, change, null);
      await eventually(() => bob.of('room:member').length === 1);
      gateway.post(roomId, alice.userId);
      await eventually(() => alice.seqs(roomId).length === 1);
      await settled(bob);
      expect(bob.seqs(roomId)).toEqual([]);
    });

    it('that end by leaving end the stream of private rooms only', async () => {
      const secret = gateway.world.addRoom({ visibility: 'private', members: [alice.userId, bob.userId] });
      for (const id of [roomId, secret]) for (const each of [alice, bob]) await each.get('room:open', { roomId: id });
      for (const id of [roomId, secret]) await gateway.changeMember(id, bob.userId, 'left', null);
      await eventually(() => bob.of('room:member').length === 2);
      await settled(bob);
      for (const id of [roomId, secret]) gateway.post(id, alice.userId);
      await eventually(() => bob.seqs(roomId).length === 1 && alice.seqs(secret).length === 1);
      await settled(bob);
      expect(bob.seqs(secret)).toEqual([]);
    });

    it('that end without the log telling of it end within seconds, too', { timeout: 15_000 }, async () => {
      await openBoth();
      gateway.world.lost.push({ roomId, userId: bob.userId });
      const endsAt = Date.now() + 7_000;
      await eventually(
        async () => {
          gateway.post(roomId, alice.userId);
          await settled(bob);
          return bob.seqs(roomId).length < gateway.world.room(roomId).messages.length;
        },
        { timeoutMs: 7_000 },
      );
      expect(Date.now()).toBeLessThan(endsAt);
      await eventually(() => alice.seqs(roomId).length === gateway.world.room(roomId).messages.length);
    });

    it('that end while the room is being opened are noticed', async () => {
      const release = Promise.withResolvers<void>();
      const facts = gateway.world.findFacts.bind(gateway.world);
      gateway.world.findFacts = async (...args) => {
        const answer = await facts(...args);
        await release.promise;
        return answer;
      };
      const opening = bob.code('room:open', { roomId });
      await eventually(() => (gateway.world.asked['findFacts'] ?? 0) > 0);
      gateway.world.findFacts = facts;
      await gateway.changeMember(roomId, bob.userId, 'banned', null);
      await eventually(() => bob.of('room:member').length === 1);
      release.resolve();
      expect(await opening).toBe('UNAVAILABLE');
      expect(await bob.code('room:open', { roomId })).toBe('BANNED');
      gateway.post(roomId, alice.userId);
      await settled(bob);
      expect(bob.seqs(roomId)).toEqual([]);
    });
  });

  const roomOf = (id: string, visibility: 'public' | 'private' = 'public') => ({
    id,
    kind: 'room' as const,
    name: 'new name',
    topic: '',
    visibility,
    memberCount: 2,
    head: 0,
    slowModeSeconds: 0,
    archivedAt: null,
    createdAt: new Date(0).toISOString(),
    createdBy: bob.userId,
  });

  it('tells changes of a room to everybody who sees it, each with his own role', async () => {
    const carol = await gateway.connect();
    await gateway.changeMember(roomId, bob.userId, 'role', 'owner');
    await alice.get('room:open', { roomId });
    await carol.get('room:open', { roomId });
    const stranger = await gateway.connect();
    const room = roomOf(roomId);
    await gateway.log.append(RoomChanged, { room });
    await eventually(() => [alice, bob, carol].every((each) => each.of('room:changed').length === 1));
    expect(alice.of('room:changed')).toEqual([{ room: { ...room, joined: true, role: 'member' } }]);
    expect(bob.of('room:changed')).toEqual([{ room: { ...room, joined: true, role: 'owner' } }]);
    expect(carol.of('room:changed')).toEqual([{ room: { ...room, joined: false, role: null } }]);
    await settled(stranger);
    expect(stranger.of('room:changed')).toEqual([]);
  });

  it('tells changes to a crowd of members who look elsewhere, without a question', async () => {
    const ids = Array.from({ length: 230 }, () => randomUUID());
    const crowded = gateway.world.addRoom({ members: ids });
    const crowd = await Promise.all(ids.map((id) => gateway.connect(id)));
    const asked = () => [gateway.world.asked['findFacts'], gateway.world.asked['listFacts']];
    const askedBefore = asked();
    await eventually(async () => {
      await gateway.log.append(RoomChanged, { room: roomOf(crowded) }); // until all their rooms are known
      return crowd.every((each) => each.of('room:changed').length > 0);
    });
    expect(asked()).toEqual(askedBefore);
  });

  it('takes a room that becomes private away from those who only looked at it', async () => {
    const stranger = await gateway.connect();
    for (const each of [alice, stranger]) await each.get('room:open', { roomId });
    await gateway.log.append(RoomChanged, { room: roomOf(roomId, 'private') });
    await eventually(() => alice.of('room:changed').length === 1);
    gateway.post(roomId, alice.userId);
    await eventually(() => alice.seqs(roomId).length === 1);
    await settled(stranger);
    expect([stranger.seqs(roomId), stranger.of('room:changed')]).toEqual([[], []]);
  });

  it('does so at the notice of it, before the log tells, and within seconds of neither', { timeout: 15_000 }, async () => {
    const stranger = await gateway.connect();
    const [noticed, silent] = [roomId, gateway.world.addRoom({ members: [alice.userId] })];
    for (const id of [noticed, silent]) for (const each of [alice, stranger]) await each.get('room:open', { roomId: id });
    for (const id of [noticed, silent]) gateway.world.rooms.set(id, { ...gateway.world.room(id), visibility: 'private' });
    gateway.fanout.toProcesses(ROOM_ACCESS_SUBJECT, { roomId: noticed } satisfies RoomAccessNotice);
    const isOut = async (id: string) => {
      gateway.post(id, alice.userId);
      await settled(stranger);
      return stranger.seqs(id).length < gateway.world.room(id).messages.length;
    };
    await eventually(() => isOut(noticed), { timeoutMs: 2_000 });
    await eventually(() => isOut(silent), { timeoutMs: 7_000 });
    for (const id of [noticed, silent]) await eventually(() => alice.seqs(id).length === gateway.world.room(id).messages.length);
  });

  it('names a private chat after the other person', async () => {
    const directId = gateway.world.addDirect(alice.userId, bob.userId);
    await Promise.all([alice, bob].map((each) => each.get('room:open', { roomId: directId })));
    await gateway.log.append(RoomChanged, {
      room: {
        id: directId,
        kind: 'direct',
        name: '',
        topic: '',
        visibility: 'private',
        memberCount: 2,
        head: 0,
        slowModeSeconds: 0,
        archivedAt: null,
        createdAt: new Date(0).toISOString(),
        createdBy: null,
      },
    });
    await eventually(() => alice.of('room:changed').length === 1 && bob.of('room:changed').length === 1);
    expect(alice.of('room:changed')[0]?.room).toMatchObject({
      name: userOf(bob.userId).displayName,
      peer: userOf(bob.userId),
      joined: true,
      role: 'member',
    });
    expect(bob.of('room:changed')[0]?.room.peer?.id).toBe(alice.userId);
  });

  describe('sessions', () => {
    it('that are ended take their sockets along, within two seconds and for good', async () => {
      const client = await gateway.connect(randomUUID(), { client: { reconnection: true, reconnectionDelay: 10 } });
      const other = await gateway.connect(client.userId);
      const startedAt = performance.now();
      await gateway.revoke(client.userId, client.sessionId);
      await eventually(() => client.ended !== undefined, { timeoutMs: 2000 });
      expect(performance.now() - startedAt).toBeLessThan(2000);
      expect(client.of('session:ended')).toEqual([{ reason: 'logout' }]);
      expect(client.ended).toBe('io server disconnect');
      expect(await settled(other)).toBe('ok');
      expect(client.socket.active).toBe(false);
      await expect(gateway.connect(client.userId, { sessionId: client.sessionId })).rejects.toMatchObject({
        data: { code: 'UNAUTHENTICATED' },
      });
    });

    it('take no token of another session, another person, or none', async () => {
      for (const token of [
        await gateway.world.token(alice.userId),
        await gateway.world.token(bob.userId, { sessionId: alice.sessionId }),
        'nonsense',
      ]) {
        expect(await alice.code('auth:renew', { token })).toBe('UNAUTHENTICATED');
      }
    });
  });

  it('sends nothing of a room to sockets that only share a name with it', async () => {
    gateway.fanout.toSockets(roomChannel(alice.socket.id ?? ''), 'room:head', { roomId, epoch: 1, head: 1, changes: 0 });
    await settled(alice);
    expect(alice.of('room:head')).toEqual([]);
  });
});
