import type { Conversation } from '@parley/contracts';
import { ChatClient, eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from './world.js';

/** Rooms over HTTP, in whatever mode. `start` brings a fresh installation. */
export const roomsOverHttp = (start: () => Promise<Place>) =>
  describe('rooms', () => {
    let product: Place;
    const clients: ChatClient[] = [];

    beforeAll(async () => {
      product = await start();
    });

    afterAll(async () => {
      for (const client of clients) await client[Symbol.asyncDispose]();
      await product?.[Symbol.asyncDispose]();
    });

    const newPerson = async (displayName?: string): Promise<ChatClient> => {
      const client = new ChatClient({ url: product.url });
      clients.push(client);
      return client.register(displayName === undefined ? {} : { displayName });
    };
    const create = (owner: ChatClient, visibility: 'public' | 'private' = 'public') =>
      owner.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName(), visibility } });
    const join = ({ http }: ChatClient, id: string) => http.call('POST /api/chat/rooms/{id}/join', { params: { id } });
    const leave = ({ http }: ChatClient, id: string) => http.call('POST /api/chat/rooms/{id}/leave', { params: { id } });
    const markRead = ({ http }: ChatClient, id: string, seq: number, unread?: boolean) =>
      http.call('PUT /api/chat/rooms/{id}/read', { params: { id }, body: { seq, ...(unread === undefined ? {} : { unread }) } });
    const write = ({ http }: ChatClient, id: string, text: string) =>
      http.call('POST /api/chat/rooms/{id}/messages', {
        params: { id },
        query: { wait: 'stored' },
        body: { text, clientMsgId: newClientMsgId() },
      });
    const direct = ({ http }: ChatClient, peer: ChatClient) => http.call('POST /api/chat/direct', { body: { userId: peer.userId } });
    const general = async ({ http }: ChatClient) => {
      const { rooms } = await http.call('GET /api/chat/rooms', { query: { query: 'general', scope: 'joined' } });
      return rooms.find(({ name }) => name === 'general')!;
    };
    const conversation = async ({ http }: ChatClient, id: string): Promise<Conversation | undefined> =>
      (await http.call('GET /api/chat/conversations')).conversations.find(({ room }) => room.id === id);
    /** Storing, counting and showing are steps of their own. */
    const eventuallyShows = (client: ChatClient, id: string, expected: Partial<Conversation>) =>
      eventually(async () => {
        expect(await conversation(client, id)).toMatchObject(expected);
      });

    it('says in parts what becomes of a room, so that everybody can be told in a language of his own', async () => {
      const owner = await newPerson();
      const { id } = await create(owner, 'private');
      await owner.http.call('PATCH /api/chat/rooms/{id}', { params: { id }, body: { topic: 'Tools' } });
      const announcement = { what: 'topic' as const, topic: 'Tools' };
      await eventually(async () =>
        expect((await conversation(owner, id))?.lastMessage).toMatchObject({
          sender: null,
          preview: 'The topic is now “Tools”.',
          announcement,
        }),
      );
      expect((await owner.history(id)).messages.map((message) => message.announcement)).toEqual([announcement]);
    });

    it('serves newcomers at once: general is joined, can be written in, and everybody else can be talked to', async () => {
      for (let round = 0; round < 5; round += 1) {
        const alice = await newPerson();
        const bob = await newPerson();
        expect((await general(alice)).joined).toBe(true);
        expect((await write(bob, (await general(alice)).id, 'hello')).roomId).toBe((await general(bob)).id);
        const room = await direct(bob, alice);
        expect(room).toMatchObject({ kind: 'direct', joined: true, peer: { id: alice.userId } });
        await write(bob, room.id, 'psst');
        await eventuallyShows(alice, room.id, { unreadCount: 1, head: 1 });
      }
    });

    it('lets who has just joined write in the very next request, and keeps out who has left 2 s later at most', async () => {
      const [owner, guest] = [await newPerson(), await newPerson()];
      const { id } = await create(owner);
      for (let round = 0; round < 10; round += 1) {
        await eventually(() => expect(write(guest, id, 'too early')).rejects.toMatchObject({ code: 'NOT_A_MEMBER' }), {
          timeoutMs: 2_000,
        });
        await join(guest, id);
        await write(guest, id, 'in time');
        await leave(guest, id);
      }
    });

    it('gives a public name to one of twenty who want it at once', async () => {
      const alice = await newPerson();
      const name = uniqueRoomName();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) =>
          alice.http.call('POST /api/chat/rooms', { body: { name: index % 2 ? name.toUpperCase() : name.toLowerCase() } }),
        ),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'ROOM_NAME_TAKEN' });
    });

    it('does not put back into general who has left it', async () => {
      const alice = await newPerson();
      const { id } = await general(alice);
      await leave(alice, id);
      await alice.http.refresh();
      expect(await conversation(alice, id)).toBeUndefined();
      expect((await alice.http.call('GET /api/chat/rooms/{id}', { params: { id } })).joined).toBe(false);
    });

    it('hides private rooms, their members and their history from strangers as if there were none', async () => {
      const [owner, stranger] = [await newPerson(), await newPerson()];
      const { id, name } = await create(owner, 'private');
      await write(owner, id, 'secret');
      for (const roomId of [id, randomUUID()]) {
        const params = { id: roomId };
        const attempts = [
          () => stranger.http.call('GET /api/chat/rooms/{id}', { params }),
          () => stranger.http.call('GET /api/chat/rooms/{id}/members', { params }),
          () => stranger.http.call('GET /api/chat/rooms/{id}/messages', { params }),
          () => join(stranger, roomId),
          () => leave(stranger, roomId),
          () => markRead(stranger, roomId, 1),
          () => write(stranger, roomId, 'hello?'),
        ];
        for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
      }
      expect((await stranger.http.call('GET /api/chat/rooms', { query: { query: name } })).rooms).toEqual([]);
    });

    it('keeps a private chat to its two people', async () => {
      const [alice, bob, eve] = [await newPerson(), await newPerson(), await newPerson()];
      const { id } = await direct(alice, bob);
      for (const isStarted of [false, true]) {
        if (isStarted) await write(alice, id, 'between us');
        await expect(eve.http.call('GET /api/chat/rooms/{id}', { params: { id } })).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
        await expect(write(eve, id, 'me too')).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
        for (const change of [join, leave]) await expect(change(bob, id)).rejects.toMatchObject({ code: 'DIRECT_FIXED' });
      }
      await expect(direct(alice, alice)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
      await expect(alice.http.call('POST /api/chat/direct', { body: { userId: randomUUID() } })).rejects.toMatchObject({
        code: 'USER_NOT_FOUND',
      });
    });

    it('lists everybody as a private chat, started ones first', async () => {
      const mark = newClientMsgId().slice(-8);
      const alice = await newPerson();
      const others = await Promise.all(['C', 'A', 'B'].map((letter) => newPerson(`${mark} ${letter}`)));
      const list = async () => (await alice.http.call('GET /api/chat/direct', { query: { query: mark } })).direct;
      await eventually(async () => expect(await list()).toHaveLength(3)); // people arrive by their events
      expect((await list()).map(({ user }) => user.displayName)).toEqual([`${mark} A`, `${mark} B`, `${mark} C`]);
      await write(others[0]!, (await direct(others[0]!, alice)).id, 'hi');
      await eventually(async () =>
        expect((await list())[0]).toMatchObject({ user: { id: others[0]!.userId }, unreadCount: 1, lastMessage: { preview: 'hi' } }),
      );
    });

    it('counts unread messages to the last one, and tells the other devices when they are read', async () => {
      const [alice, bob] = [await newPerson(), await newPerson()];
      const { id } = await create(alice);
      await join(bob, id);
      const phone = await new ChatClient({ url: product.url }).login(bob.http.user!.username);
      clients.push(phone);
      await phone.connect();
      const told: { readEra?: number | undefined }[] = [];
      phone.on('room:read', (moved) => told.push(moved));

      for (const text of ['one', 'two', 'three']) await write(alice, id, text);
      await write(bob, id, 'mine');
      await write(alice, id, 'four');
      await eventuallyShows(bob, id, { head: 5, readSeq: 0, unreadCount: 4 });
      expect(await markRead(bob, id, 2)).toEqual({ readSeq: 2 });
      expect(await conversation(bob, id)).toMatchObject({
        readSeq: 2,
        unreadCount: 2,
        lastMessage: { seq: 5, preview: 'four', sender: { id: alice.userId } },
      });
      expect(await markRead(bob, id, 1)).toEqual({ readSeq: 2 });
      expect(await markRead(bob, id, Number.MAX_SAFE_INTEGER)).toEqual({ readSeq: 5 });
      expect(await markRead(bob, id, 2, true)).toEqual({ readSeq: 1 });
      expect(await conversation(bob, id)).toMatchObject({ readSeq: 1, unreadCount: 3 });
      await eventually(() => told.length === 3);
      const [first, , last] = told.map(({ readEra = 0 }) => readEra);
      expect(told).toEqual([
        { roomId: id, readSeq: 2, unreadCount: 2, mentionCount: 0, head: 5, readEra: first },
        { roomId: id, readSeq: 5, unreadCount: 0, mentionCount: 0, head: 5, readEra: first },
        { roomId: id, readSeq: 1, unreadCount: 3, mentionCount: 0, head: 5, readEra: last },
      ]);
      expect(last).toBeGreaterThan(first!); // of what was marked unread
    });

    it('takes a message for read in the moment in which it is seen', async () => {
      const [alice, bob] = [await newPerson(), await newPerson()];
      const { id } = await create(alice);
      await join(bob, id);
      for (let seq = 1; seq <= 20; seq += 1) {
        const message = await write(alice, id, `message ${seq}`);
        expect(message).toMatchObject({ seq });
        expect(await markRead(bob, id, seq)).toEqual({ readSeq: seq });
      }
      await eventuallyShows(bob, id, { head: 20, readSeq: 20, unreadCount: 0 });
    });

    it('answers bad input on every route with a problem of the contract, and goes on', async () => {
      const alice = await newPerson();
      const { id } = await create(alice);
      const token = alice.http.accessToken;
      const ask = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
        const response = await fetch(product.url + path, {
          method,
          headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
          ...(body === undefined ? {} : { body }),
        });
        return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
      };
      const deep = '['.repeat(5_000) + ']'.repeat(5_000);
      const bodies = [
        '',
        '{',
        'null',
        '[]',
        '"a"',
        '{"name":{"$ne":null}}',
        '{"name":["a"]}',
        '{"name":"a","role":"owner"}',
        '{"name":"\\u0000"}',
        '{"name":"\\ud800"}',
      ]
        .concat([
          '{"name":"   "}',
          `{"name":"${'x'.repeat(81)}"}`,
          `{"name":"${randomUUID()}"}`,
          '{"name":"a\\u202eb"}',
          '{"name":"a","visibility":"hidden"}',
        ])
        .concat([
          '{"__proto__":{"name":"a"}}',
          '{"name":"a","topic":"\\u0000"}',
          `{"name":"a","topic":"${'x'.repeat(251)}"}`,
          `{"name":${deep}}`,
        ])
        .concat(['{"userId":"x"}', '{"userId":1}', '{"userId":null}', `{"userId":"${randomUUID()}","x":1}`])
        .concat([
          '{"seq":-1}',
          '{"seq":1.5}',
          '{"seq":1e400}',
          '{"seq":"1"}',
          '{"seq":9007199254740993}',
          '{"seq":1,"userId":"someone"}',
          '{"seq":1,"unread":"yes"}',
        ]);
      const queries = ['limit=0', 'limit=-1', 'limit=NaN', 'limit=1.5', 'limit=', 'scope=secret', 'query=%00', `query=${'x'.repeat(101)}`]
        .concat([
          'cursor=x',
          'cursor=%00',
          `cursor=${'A'.repeat(513)}`,
          'cursor=WyJcdTAwMDAiLCIwMTkwYzFhMi0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDEiXQ',
        ])
        .concat(['limit=1&limit=2', 'unknown=1', 'query[a]=b', '__proto__=1']);
      const ids = ['x', '1', '%00', '*', '%23', `${id}x`, `user:${id}`, '..%2f..', '0'.repeat(1_000), "'; DROP TABLE rooms.rooms; --", '%'];

      const cases: [string, string, string?][] = [
        ...bodies.flatMap((body): [string, string, string][] => [
          ['POST', '/api/chat/rooms', body],
          ['POST', '/api/chat/direct', body],
          ['PUT', `/api/chat/rooms/${id}/read`, body],
          ['POST', `/api/chat/rooms/${id}/join`, body === '' ? '{"as":"owner"}' : body],
        ]),
        ...queries.flatMap((query): [string, string][] => [
          ['GET', `/api/chat/rooms?${query}`],
          ['GET', `/api/chat/direct?${query}`],
          ['GET', `/api/chat/rooms/${id}/members?${query}`],
          ['GET', `/api/chat/conversations?${query}`],
        ]),
        ...ids.flatMap((bad): [string, string, string?][] => [
          ['GET', `/api/chat/rooms/${bad}`],
          ['POST', `/api/chat/rooms/${bad}/join`],
          ['POST', `/api/chat/rooms/${bad}/leave`],
          ['GET', `/api/chat/rooms/${bad}/members`],
          ['PUT', `/api/chat/rooms/${bad}/read`, '{"seq":1}'],
        ]),
      ];
      for (const [method, path, body] of cases) {
        const answer = await ask(method, path, body);
        const what = `${method} ${path} ${body ?? ''}: ${answer.status} ${answer.text}`.slice(0, 400);
        // Some of the bodies are good ones for one route; nothing is a fault of ours, and nothing tells how we work.
        expect(answer.status, what).toBeLessThan(500);
        if (answer.status < 400) continue;
        expect(answer.type, what).toContain('application/problem+json');
        expect(JSON.parse(answer.text), what).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/), requestId: expect.any(String) });
        expect(answer.text, what).not.toMatch(/SELECT|rooms\.rooms|\bat .*\.[jt]s|node_modules/);
      }
      const created = cases.filter(([method, path]) => method === 'POST' && path === '/api/chat/rooms');
      for (const [method, path, body] of created) expect((await ask(method, path, body)).status, body).toBe(400);
      for (const query of queries) expect((await ask('GET', `/api/chat/direct?${query}`)).status, query).toBe(400);

      expect((await ask('GET', '/api/chat/rooms?limit=9999999999')).status).toBe(200); // clamped
      expect((await ask('GET', '/api/chat/rooms', undefined, { authorization: 'Bearer x' })).status).toBe(401);
      expect((await ask('POST', '/api/chat/rooms', '{"name":"foreign"}', { origin: 'https://evil.example' })).status).toBe(403);
      for (const [method, path] of [
        ['DELETE', '/api/chat/conversations'],
        ['PUT', `/api/chat/rooms/${id}/join`],
      ] as const)
        expect((await ask(method, path, method === 'PUT' ? '{}' : undefined)).status).toBe(405);
      await write(alice, id, 'still here');
    });

    it('gives nobody the place of somebody else, whatever headers say', async () => {
      const [owner, eve] = [await newPerson(), await newPerson()];
      const { id } = await create(owner, 'private');
      const response = await fetch(`${product.url}/api/chat/rooms/${id}`, {
        headers: { authorization: `Bearer ${eve.http.accessToken}`, 'x-user-id': owner.userId, 'x-http-method-override': 'POST' },
      });
      expect(response.status).toBe(404);
    });
  });
