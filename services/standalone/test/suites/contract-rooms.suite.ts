import type { Draft, UnreadAnswer } from '@parley/contracts';
import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import { HttpSession, eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asking, refusal, type Ask } from './contract-caller.js';
import type { Place } from './world.js';

/** One test for each line of `docs/api` §3. `start` brings an installation. */
export const contractOfRooms = (start: () => Promise<Place>) =>
  describe('rooms of docs/api §3', () => {
    let product: Place;
    let ask: Ask;
    let owner: HttpSession;
    let member: HttpSession;
    let stranger: HttpSession;
    const newPerson = async (): Promise<HttpSession> => {
      const person = new HttpSession(product.url);
      await person.register({ username: `person_${randomUUID().slice(0, 12)}` });
      return person;
    };
    /** With its owner and the member. */
    const newRoom = async (visibility: 'public' | 'private' = 'public') => {
      const { id } = await owner.call('POST /api/chat/rooms', { body: { name: uniqueRoomName(), visibility } });
      const { code } = await owner.call('POST /api/chat/rooms/{id}/invites', { params: { id }, body: {} });
      await member.call('POST /api/invites/{code}', { params: { code } });
      return `/api/chat/rooms/${id}`;
    };
    const idOf = (room: string) => room.split('/').at(-1)!;
    const write = (who: HttpSession, id: string) =>
      who.call('POST /api/chat/rooms/{id}/messages', { params: { id }, query: { wait: 'stored' }, body: { text: newClientMsgId() } });

    beforeAll(async () => {
      product = await start();
      ask = asking(product.url);
      [owner, member, stranger] = [await newPerson(), await newPerson(), await newPerson()];
    });
    afterAll(() => product?.[Symbol.asyncDispose]());

    it('GET /api/chat/rooms: public ones and one’s own, by scope', async () => {
      const { name } = await owner.call('GET /api/chat/rooms/{id}', { params: { id: idOf(await newRoom('private')) } });
      const list = (who: HttpSession, scope: string) => ask(who, `GET /api/chat/rooms?scope=${scope}&query=${encodeURIComponent(name)}`);
      expect(await list(member, 'all')).toMatchObject({ status: 200, body: { rooms: [{ name, joined: true }], nextCursor: null } });
      expect(await list(member, 'joined')).toMatchObject({ body: { rooms: [{ name }] } });
      expect(await list(member, 'public')).toMatchObject({ body: { rooms: [] } });
      for (const scope of ['all', 'joined', 'public']) expect(await list(stranger, scope)).toMatchObject({ body: { rooms: [] } });
      expect(await list(member, 'other')).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
    });

    it('POST /api/chat/rooms: 201, and the creator owns it; a public name is there once', async () => {
      const name = uniqueRoomName();
      const room = { name, topic: 'of this and that', kind: 'room', visibility: 'public', role: 'owner', memberCount: 1, head: 0 };
      expect(await ask(owner, 'POST /api/chat/rooms', { name, topic: room.topic })).toMatchObject({ status: 201, body: room });
      expect(await ask(member, 'POST /api/chat/rooms', { name: name.toUpperCase() })).toMatchObject(refusal(409, 'ROOM_NAME_TAKEN'));
      expect(await ask(member, 'POST /api/chat/rooms', { name: ' ' })).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
    });

    it('GET, PATCH and DELETE /api/chat/rooms/:id: details, changes by its owner, archive', async () => {
      const room = await newRoom('private');
      expect(await ask(member, `GET ${room}`)).toMatchObject({ status: 200, body: { id: idOf(room), role: 'member', archivedAt: null } });
      expect(await ask(stranger, `GET ${room}`)).toMatchObject(refusal(404, 'ROOM_NOT_FOUND'));
      const change = { topic: 'another', slowModeSeconds: 5 };
      expect(await ask(owner, `PATCH ${room}`, change)).toMatchObject({ status: 200, body: change });
      expect(await ask(member, `PATCH ${room}`, change)).toMatchObject(refusal(403, 'FORBIDDEN'));
      expect(await ask(stranger, `PATCH ${room}`, change)).toMatchObject(refusal(404, 'ROOM_NOT_FOUND'));
      expect(await ask(member, `DELETE ${room}`)).toMatchObject(refusal(403, 'FORBIDDEN'));
      expect(await ask(owner, `DELETE ${room}`)).toMatchObject({ status: 204 });
      expect(await ask(member, `GET ${room}/messages`)).toMatchObject({ status: 200 });
      await eventually(async () =>
        expect(await ask(member, `POST ${room}/messages`, { text: 'too late' })).toMatchObject(refusal(409, 'ROOM_ARCHIVED')),
      );
    });

    it('POST …/join and …/leave: 200 and 204; private ones only by invite; the last owner stays', async () => {
      const room = await newRoom();
      expect(await ask(stranger, `POST ${room}/join`)).toMatchObject({ status: 200, body: { id: idOf(room), role: 'member' } });
      expect(await ask(stranger, `POST ${room}/leave`)).toMatchObject({ status: 204 });
      expect(await ask(owner, `POST ${room}/leave`)).toMatchObject(refusal(409, 'LAST_OWNER'));
      expect(await ask(stranger, `POST ${await newRoom('private')}/join`)).toMatchObject(refusal(404, 'ROOM_NOT_FOUND'));
    });

    it('GET …/members: with role and presence', async () => {
      const room = await newRoom('private');
      const { status, body } = await ask(member, `GET ${room}/members`);
      expect(status).toBe(200);
      const { members } = body as { members: { user: { id: string }; role: string; presence: string }[] };
      expect(new Map(members.map(({ user, role }) => [user.id, role]))).toEqual(
        new Map([
          [owner.userId, 'owner'],
          [member.userId, 'member'],
        ]),
      );
      for (const { presence } of members) expect(['online', 'away', 'offline']).toContain(presence);
      expect(await ask(stranger, `GET ${room}/members`)).toMatchObject(refusal(404, 'ROOM_NOT_FOUND'));
    });

    it('PUT …/members/:userId: 204 by owners, of members only', async () => {
      const room = await newRoom();
      const path = `PUT ${room}/members/${member.userId}`;
      expect(await ask(member, path, { role: 'owner' })).toMatchObject(refusal(403, 'FORBIDDEN'));
      expect(await ask(owner, path, { role: 'moderator' })).toMatchObject({ status: 204 });
      expect(await ask(member, `GET ${room}`)).toMatchObject({ body: { role: 'moderator' } });
      expect(await ask(owner, `PUT ${room}/members/${stranger.userId}`, { role: 'member' })).toMatchObject(refusal(404, 'USER_NOT_FOUND'));
      expect(await ask(owner, `PUT ${room}/members/${owner.userId}`, { role: 'member' })).toMatchObject(refusal(409, 'LAST_OWNER'));
      expect(await ask(owner, path, { role: 'king' })).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
    });

    it('DELETE …/members/:userId?ban=true and …/bans: kept out until the ban is lifted', async () => {
      const room = await newRoom();
      expect(await ask(member, `DELETE ${room}/members/${owner.userId}`)).toMatchObject(refusal(403, 'FORBIDDEN'));
      expect(await ask(owner, `DELETE ${room}/members/${member.userId}?ban=true`)).toMatchObject({ status: 204 });
      for (const line of [`POST ${room}/join`, `GET ${room}/messages`]) {
        await eventually(async () => expect(await ask(member, line)).toMatchObject(refusal(403, 'BANNED')), { timeoutMs: 2_000 });
      }
      const bans = { bans: [{ user: { id: member.userId }, bannedBy: owner.userId }], nextCursor: null };
      expect(await ask(owner, `GET ${room}/bans`)).toMatchObject({ status: 200, body: bans });
      expect(await ask(stranger, `GET ${room}/bans`)).toMatchObject({ status: 403 });
      expect(await ask(owner, `DELETE ${room}/bans/${member.userId}`)).toMatchObject({ status: 204 });
      expect(await ask(member, `POST ${room}/join`)).toMatchObject({ status: 200 });
    });

    it('…/invites and POST /api/invites/:code: so often and so long', async () => {
      const room = await newRoom('private');
      const made = await ask(owner, `POST ${room}/invites`, { maxUses: 1 });
      expect(made).toMatchObject({ status: 201, body: { maxUses: 1, uses: 0, expiresAt: null, url: expect.stringContaining('/') } });
      const { code } = made.body as { code: string };
      expect(await ask(owner, `GET ${room}/invites`)).toMatchObject({ status: 200 });
      expect(await ask(member, `GET ${room}/invites`)).toMatchObject(refusal(403, 'FORBIDDEN'));
      const [guest, late] = [await newPerson(), await newPerson()];
      expect(await ask(guest, `POST /api/invites/${code}`)).toMatchObject({ status: 200, body: { id: idOf(room), joined: true } });
      expect(await ask(late, `POST /api/invites/${code}`)).toMatchObject(refusal(404, 'INVITE_NOT_FOUND'));
      const { code: other } = (await ask(owner, `POST ${room}/invites`, {})).body as { code: string };
      expect(await ask(owner, `DELETE ${room}/invites/${other}`)).toMatchObject({ status: 204 });
      expect(await ask(late, `POST /api/invites/${other}`)).toMatchObject(refusal(404, 'INVITE_NOT_FOUND'));
      const past = { expiresAt: new Date(Date.now() - 1_000).toISOString() };
      expect(await ask(owner, `POST ${room}/invites`, past)).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
    });

    it('POST and GET /api/chat/direct: a private chat with everybody, stored with its first message', async () => {
      const opened = await ask(owner, 'POST /api/chat/direct', { userId: stranger.userId });
      expect(opened).toMatchObject({ status: 200, body: { kind: 'direct', peer: { id: stranger.userId }, memberCount: 2 } });
      expect(await ask(owner, 'POST /api/chat/direct', { userId: owner.userId })).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
      const { id } = opened.body as { id: string };
      expect(await ask(member, `GET /api/chat/rooms/${id}`)).toMatchObject(refusal(404, 'ROOM_NOT_FOUND'));
      const list = () => ask(owner, `GET /api/chat/direct?query=${stranger.user!.username}`);
      await eventually(async () =>
        expect(await list()).toMatchObject({ status: 200, body: { direct: [{ user: { id: stranger.userId }, lastMessage: null }] } }),
      );
    });

    it('GET /api/chat/conversations: what is joined, the newest activity first', async () => {
      const [first, second] = [await newRoom(), await newRoom()];
      await write(owner, idOf(second));
      await write(owner, idOf(first));
      await eventually(async () => {
        const { conversations } = await member.call('GET /api/chat/conversations');
        expect(conversations.slice(0, 2).map(({ room }) => room.id)).toEqual([idOf(first), idOf(second)]);
        expect(conversations[0]).toMatchObject({ head: 1, readSeq: 0, unreadCount: 1, mentionCount: 0, notify: 'all', mutedUntil: null });
      });
      const { conversations } = await stranger.call('GET /api/chat/conversations');
      expect(conversations.map(({ room }) => room.id)).not.toContain(idOf(first));
    });

    it('PUT …/notifications: 200 the same', async () => {
      const room = await newRoom();
      const wanted = { notify: 'mentions', mutedUntil: new Date(Date.now() + 60_000).toISOString() };
      expect(await ask(member, `PUT ${room}/notifications`, wanted)).toMatchObject({ status: 200, body: wanted });
      expect(await ask(member, `PUT ${room}/notifications`, { notify: 'never' })).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
      expect(await ask(stranger, `PUT ${room}/notifications`, wanted)).toMatchObject(refusal(403, 'NOT_A_MEMBER'));
    });

    it('PUT …/favourite: 200 the same, and part of the conversation', async () => {
      const room = await newRoom();
      expect(await ask(member, `PUT ${room}/favourite`, { favourite: true })).toMatchObject({ status: 200, body: { favourite: true } });
      const favourites = async (who: HttpSession) =>
        (await who.call('GET /api/chat/conversations')).conversations.filter(({ favourite }) => favourite).map((each) => each.room.id);
      expect(await favourites(member)).toEqual([idOf(room)]);
      expect(await favourites(owner)).toEqual([]);
      expect(await ask(member, `PUT ${room}/favourite`, { favourite: false })).toMatchObject({ status: 200 });
      expect(await favourites(member)).toEqual([]);
      expect(await ask(member, `PUT ${room}/favourite`, { favourite: 1 })).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
      expect(await ask(stranger, `PUT ${room}/favourite`, { favourite: true })).toMatchObject(refusal(403, 'NOT_A_MEMBER'));
    });

    it('GET /api/chat/conversations: until when one may not write somewhere, told to the person alone', async () => {
      const room = await newRoom();
      const mutedUntil = new Date(Date.now() + 60_000).toISOString();
      const silenceOf = async (who: HttpSession) =>
        (await who.call('GET /api/chat/conversations')).conversations.find((each) => each.room.id === idOf(room))?.silencedUntil;
      expect(await silenceOf(member)).toBeUndefined();
      expect(await ask(owner, `PATCH ${room}/members/${member.userId}`, { mutedUntil })).toMatchObject({ status: 204 });
      expect([await silenceOf(member), await silenceOf(owner)]).toEqual([mutedUntil, undefined]);
      await ask(owner, `PATCH ${room}/members/${member.userId}`, { mutedUntil: null });
      expect(await silenceOf(member)).toBeUndefined();
    });

    it('PUT …/draft and GET /api/chat/drafts: what was written last, until it is ended', async () => {
      const room = await newRoom();
      const drafts = async (who: HttpSession) => ((await ask(who, 'GET /api/chat/drafts')).body as { drafts: Draft[] }).drafts;
      const of = (text: string, updatedAt?: string) => ({ text, ...(updatedAt === undefined ? {} : { updatedAt }) });
      const replyTo = randomUUID();
      const begun = await ask(member, `PUT ${room}/draft`, { text: 'Dear all', replyTo });
      expect(begun).toMatchObject({ status: 200, body: { roomId: idOf(room), text: 'Dear all', replyTo, rev: expect.any(Number) } });
      expect(await drafts(member)).toContainEqual(begun.body);
      expect((await drafts(owner)).map(({ roomId }) => roomId)).not.toContain(idOf(room));

      // A device that comes back with something older changes nothing; one whose clock is ahead does not stay ahead.
      const late = await ask(member, `PUT ${room}/draft`, of('old', '2020-01-01T00:00:00Z'));
      expect(late).toMatchObject({ status: 200, body: begun.body });
      const next = await ask(member, `PUT ${room}/draft`, of('Dear both', '2999-01-01T00:00:00Z'));
      expect(next).toMatchObject({ status: 200, body: { text: 'Dear both', replyTo: null } });
      expect((next.body as Draft).rev).toBeGreaterThan((begun.body as Draft).rev);
      const ended = await ask(member, `PUT ${room}/draft`, of(''));
      expect(ended).toMatchObject({ status: 200, body: { text: '' } });
      expect((await drafts(member)).map(({ roomId }) => roomId)).not.toContain(idOf(room));
      expect(await ask(member, `PUT ${room}/draft`, of('sent already', '2020-01-01T00:00:00Z'))).toMatchObject({ body: { text: '' } });

      expect(await ask(member, `PUT ${room}/draft`, of('x'.repeat(16_001)))).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
      expect(await ask(member, `PUT ${room}/draft`, of('\u0000'))).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
      expect(await ask(stranger, `PUT ${room}/draft`, of('hi'))).toMatchObject(refusal(403, 'NOT_A_MEMBER'));
      expect(await ask(owner, `PUT ${room}/draft`, of(''))).toMatchObject({ status: 200, body: { text: '', rev: 0 } });

      // Of a room that one left nothing is listed; a private chat needs no beginning for it.
      await ask(member, `PUT ${room}/draft`, of('bye'));
      await ask(member, `POST ${room}/leave`);
      const { id } = (await ask(member, 'POST /api/chat/direct', { userId: stranger.userId })).body as { id: string };
      expect(await ask(member, `PUT /api/chat/rooms/${id}/draft`, of('psst'))).toMatchObject({ status: 200 });
      const listed = await drafts(member);
      expect(listed.map(({ roomId }) => roomId)).toContain(id);
      expect(listed.map(({ roomId }) => roomId)).not.toContain(idOf(room));
    });

    it('GET …/unread: exactly what counts, and why', async () => {
      const room = await newRoom();
      const say = (text: string, replyTo?: string) =>
        owner.call('POST /api/chat/rooms/{id}/messages', {
          params: { id: idOf(room) },
          query: { wait: 'stored' },
          body: { text, ...(replyTo === undefined ? {} : { replyTo }) },
        });
      await say('hello');
      const own = await member.call('POST /api/chat/rooms/{id}/messages', {
        params: { id: idOf(room) },
        query: { wait: 'stored' },
        body: { text: 'mine' },
      });
      if (!('id' in own)) throw new Error('was not stored in time');
      await say('an answer', own.id);
      await say(`@${member.user!.username} look`);
      await say('@everyone listen');
      const reasons = async (query: string) => {
        const { body } = await ask(member, `GET ${room}/unread${query}`);
        const { unread, ...counts } = body as UnreadAnswer;
        return { ...counts, unread: unread.map(({ message, reason }) => [message.seq, reason]) };
      };
      const all = [
        [1, 'other'],
        [3, 'reply'],
        [4, 'mention'],
        [5, 'everyone'],
      ];
      await eventually(async () =>
        expect(await reasons('')).toEqual({ readSeq: 0, unreadCount: 4, mentionCount: 2, unread: all, nextCursor: null }),
      );
      expect(await reasons('?only=mentions')).toMatchObject({ unread: all.slice(2), nextCursor: null });
      const { nextCursor, unread } = await reasons('?only=mentions&limit=1');
      expect(unread).toEqual(all.slice(2, 3));
      expect(await reasons(`?only=mentions&limit=1&cursor=${nextCursor}`)).toMatchObject({ unread: all.slice(3), nextCursor: null });
      expect(await ask(member, `GET ${room}/unread?cursor=x`)).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
      expect(await ask(stranger, `GET ${room}/unread`)).toMatchObject(refusal(403, 'NOT_A_MEMBER'));
    });

    it('POST /api/chat/read and its undo: everything read, and back where nobody moved it since', async () => {
      const [first, second, quiet] = [await newRoom(), await newRoom(), await newRoom()];
      for (const room of [first, first, second]) await write(owner, idOf(room));
      const stand = async (room: string) => {
        const { conversations } = await member.call('GET /api/chat/conversations');
        const { readSeq, unreadCount } = conversations.find((each) => each.room.id === idOf(room))!;
        return { readSeq, unreadCount };
      };
      await eventually(async () =>
        expect([await stand(first), await stand(second)]).toMatchObject([{ unreadCount: 2 }, { unreadCount: 1 }]),
      );
      const { rooms } = await member.call('POST /api/chat/read');
      expect(rooms).toEqual(
        expect.arrayContaining([
          { roomId: idOf(first), from: 0, readSeq: 2 },
          { roomId: idOf(second), from: 0, readSeq: 1 },
        ]),
      );
      expect(rooms.map(({ roomId }) => roomId)).not.toContain(idOf(quiet));
      expect(await stand(first)).toEqual({ readSeq: 2, unreadCount: 0 });
      expect(await member.call('POST /api/chat/read')).toEqual({ rooms: [] });

      expect(await ask(member, `PUT ${second}/read`, { seq: 1, unread: true })).toMatchObject({ body: { readSeq: 0 } });
      const undone = await member.call('POST /api/chat/read/undo', { body: { rooms } });
      expect(undone.rooms.map(({ roomId }) => roomId)).toContain(idOf(first));
      expect(undone.rooms.map(({ roomId }) => roomId)).not.toContain(idOf(second));
      expect(await stand(first)).toEqual({ readSeq: 0, unreadCount: 2 });
      expect(await ask(member, 'POST /api/chat/read/undo', { rooms: 'all' })).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
    });

    it('PUT …/read: never back unless marked unread, never beyond the head', async () => {
      const room = await newRoom();
      for (let count = 0; count < 3; count += 1) await write(owner, idOf(room));
      for (const [body, readSeq] of [
        [{ seq: 2 }, 2],
        [{ seq: 1 }, 2],
        [{ seq: 99 }, 3],
        [{ seq: 2, unread: true }, 1],
      ] as const)
        expect(await ask(member, `PUT ${room}/read`, body)).toMatchObject({ status: 200, body: { readSeq } });
      expect(await ask(stranger, `PUT ${room}/read`, { seq: 1 })).toMatchObject(refusal(403, 'NOT_A_MEMBER'));
    });

    it('GET /api/chat/push/key, PUT and DELETE …/subscription: where push messages of this session go', async () => {
      const { status, body } = await ask(member, 'GET /api/chat/push/key');
      expect([status, Buffer.from((body as { publicKey: string }).publicKey, 'base64url').length]).toEqual([200, 65]);
      const keys = createECDH('prime256v1');
      const p256dh = keys.generateKeys().toString('base64url');
      const subscription = {
        endpoint: `https://push.example.org/${randomUUID()}`,
        expirationTime: null,
        keys: { p256dh, auth: randomBytes(16).toString('base64url') },
        language: 'de',
      };
      const put = (change: object) => ask(member, 'PUT /api/chat/push/subscription', { ...subscription, ...change });
      expect(await put({})).toMatchObject({ status: 204 });
      expect(await put({})).toMatchObject({ status: 204 });
      for (const wrong of [
        { endpoint: 'https://127.0.0.1/x' },
        { endpoint: 'http://push.example.org/x' },
        { endpoint: 'nowhere' },
        { keys: { ...subscription.keys, p256dh: p256dh.replace(/^./, 'A') } },
        { keys: { ...subscription.keys, auth: 'short' } },
        { language: 'tlh' },
        { more: 1 },
      ])
        expect(await put(wrong)).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
      for (const _again of [1, 2]) expect(await ask(member, 'DELETE /api/chat/push/subscription')).toMatchObject({ status: 204 });
    });
  });
