import type { ServerEventName, ServerPayload } from '@parley/contracts';
import { ChatClient, eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenWorld } from './world.js';

/** On a device, with everything that it heard since the last `forget`. */
class Device {
  private readonly heard: { event: ServerEventName; about: string }[] = [];

  constructor(
    readonly name: string,
    readonly client: ChatClient,
  ) {
    this.keep('ready', ({ userId }) => userId);
    this.keep('room:head', ({ roomId }) => roomId);
    this.keep('messages', ({ roomId }) => roomId);
    this.keep('message:changed', ({ roomId }) => roomId);
    this.keep('activity', ({ rooms }) => rooms.map(({ roomId }) => roomId).join());
    this.keep('room:read', ({ roomId }) => roomId);
    this.keep('rooms:read', ({ rooms }) => rooms.map(({ roomId }) => roomId).join());
    this.keep('room:favourite', ({ roomId }) => roomId);
    this.keep('draft:changed', ({ roomId }) => roomId);
    this.keep('room:changed', ({ room }) => room.id);
    this.keep('room:member', ({ roomId }) => roomId);
    this.keep('typing', ({ roomId }) => roomId);
    this.keep('presence', ({ states }) => states.map(({ userId }) => userId).join());
  }

  has(event: ServerEventName, about: string): boolean {
    return this.heard.some((each) => each.event === event && each.about.includes(about));
  }

  forget(): void {
    this.heard.length = 0;
  }

  private keep<E extends ServerEventName>(event: E, about: (payload: ServerPayload<E>) => string): void {
    this.client.on(event, (payload) => this.heard.push({ event, about: about(payload) }));
  }
}

/** Who hears of what, and who must not: one test for each event of `docs/api` §5. `start` brings an installation. */
export const contractOfEvents = (start: () => Promise<OpenWorld>) =>
  describe('events of docs/api §5', () => {
    let product: OpenWorld;
    let devices: Record<'alice' | 'phone' | 'bob' | 'carol' | 'stranger', Device>;
    /** Private. Alice and bob have it open, carol is in it and has it not open, alice's phone neither; the stranger knows nothing of it. */
    let roomId: string;
    /** Everybody has it open: what is said there comes after whatever was said before. */
    let squareId: string;

    beforeAll(async () => {
      product = await start();
      const arrive = async (name: string) => new Device(name, await (await new ChatClient({ url: product.url }).register()).connect());
      const [alice, bob, carol, stranger] = await Promise.all(['alice', 'bob', 'carol', 'stranger'].map(arrive));
      const phone = await (await new ChatClient({ url: product.url }).login(alice!.client.http.user!.username)).connect();
      devices = { alice: alice!, phone: new Device('phone', phone), bob: bob!, carol: carol!, stranger: stranger! };
      const { http } = alice!.client;
      const create = async (visibility: 'public' | 'private') =>
        (await http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName(), visibility } })).id;
      [roomId, squareId] = await Promise.all([create('private'), create('public')]);
      const { code } = await http.call('POST /api/chat/rooms/{id}/invites', { params: { id: roomId }, body: {} });
      for (const { client } of [bob!, carol!]) await client.http.call('POST /api/invites/{code}', { params: { code } });
      await Promise.all([alice!, bob!].map(({ client }) => client.openRoom(roomId)));
      await Promise.all(Object.values(devices).map(({ client }) => client.openRoom(squareId)));
    }, 120_000);

    afterAll(async () => {
      await Promise.all(Object.values(devices ?? {}).map(({ client }) => client[Symbol.asyncDispose]()));
      await product?.[Symbol.asyncDispose]();
    });

    const post = (id: string) => devices.alice.client.emit('message:send', { roomId: id, clientMsgId: newClientMsgId(), text: 'hello' });
    const lastMessage = () => devices.alice.client.timeline(roomId).messages.at(-1)!.id;

    const lines: readonly {
      event: ServerEventName;
      who: readonly (keyof typeof devices)[];
      /** What the event is about, if it is not the room. */
      about?: () => string;
      act: () => Promise<unknown>;
    }[] = [
      { event: 'messages', who: ['alice', 'bob'], act: () => post(roomId) },
      { event: 'activity', who: ['phone', 'carol'], act: () => post(roomId) },
      {
        event: 'message:changed',
        who: ['alice', 'bob'],
        act: () => devices.alice.client.emit('message:edit', { roomId, messageId: lastMessage(), text: `changed ${newClientMsgId()}` }),
      },
      {
        event: 'room:read',
        who: ['alice', 'phone'], // HTTP is no device: all of them are the others
        act: () =>
          devices.alice.client.http.call('PUT /api/chat/rooms/{id}/read', { params: { id: roomId }, body: { seq: 1, unread: true } }),
      },
      { event: 'rooms:read', who: ['bob'], act: () => devices.bob.client.http.call('POST /api/chat/read') },
      {
        event: 'room:favourite',
        who: ['alice', 'phone'],
        act: () =>
          devices.alice.client.http.call('PUT /api/chat/rooms/{id}/favourite', { params: { id: roomId }, body: { favourite: true } }),
      },
      {
        event: 'draft:changed',
        who: ['alice', 'phone'],
        act: () => devices.alice.client.http.call('PUT /api/chat/rooms/{id}/draft', { params: { id: roomId }, body: { text: 'well,' } }),
      },
      { event: 'typing', who: ['alice'], act: () => devices.bob.client.emit('typing', { roomId, on: true }) },
      {
        event: 'room:changed',
        who: ['alice', 'phone', 'bob', 'carol'],
        act: () =>
          devices.alice.client.http.call('PATCH /api/chat/rooms/{id}', { params: { id: roomId }, body: { topic: newClientMsgId() } }),
      },
      {
        event: 'room:member',
        who: ['alice', 'bob', 'carol'],
        act: () =>
          devices.alice.client.http.call('PUT /api/chat/rooms/{id}/members/{userId}', {
            params: { id: roomId, userId: devices.carol.client.userId },
            body: { role: 'moderator' },
          }),
      },
      {
        event: 'presence',
        who: ['bob'],
        about: () => devices.stranger.client.userId,
        act: async () => {
          await devices.bob.client.emit('presence:watch', { userIds: [devices.stranger.client.userId] });
          await devices.stranger.client.emit('presence:set', { state: 'away' });
        },
      },
      { event: 'room:head', who: ['alice', 'bob'], act: () => restoreHistory() }, // last: the room's history is another one then
    ];

    /** As far as clients notice it: the room has another epoch, as after a restore. */
    const restoreHistory = async () => {
      const client = new pg.Client({ connectionString: product.databaseUrl() });
      await client.connect();
      await client.query('UPDATE messages.room_heads SET epoch = epoch + 1 WHERE room_id = $1', [roomId]);
      await client.end();
    };

    it.each(lines)('$event reaches $who and nobody else', async ({ event, who, about = () => roomId, act }) => {
      for (const device of Object.values(devices)) device.forget();
      await act();
      const hears = (name: string) => devices[name as keyof typeof devices].has(event, about());
      await eventually(() => expect(who.filter((name) => !hears(name))).toEqual([]));
      await post(squareId);
      await eventually(() => Object.values(devices).every((device) => device.has('messages', squareId)));
      expect(Object.keys(devices).filter(hears).sort()).toEqual([...who].sort());
    });

    it('ready reaches each connection once, and nobody who is not let in', async () => {
      const { http } = devices.alice.client;
      for (const device of Object.values(devices)) device.forget();
      await using tablet = await new ChatClient({ url: product.url }).login(http.user!.username);
      const heard: ServerPayload<'ready'>[] = [];
      tablet.on('ready', (ready) => heard.push(ready));
      await tablet.connect();
      const { sessions } = await tablet.http.call('GET /api/sessions');
      const sessionId = sessions.find(({ current }) => current)!.id;
      const limits = { textMax: 4_000, attachmentsMax: 10, pageMax: 200, syncRoomsMax: 200, syncMessagesMax: 1_000, frameBytesMax: 65_536 };
      const ready = {
        userId: tablet.userId,
        sessionId,
        serverTime: expect.any(String) as string,
        heartbeatMs: 25_000,
        gatewayId: expect.any(String) as string,
      };
      expect(heard).toEqual([{ ...ready, limits: expect.objectContaining({ ...limits, mediaBytesMax: 16 * 1024 * 1024 }) as object }]);
      tablet.cut();
      await eventually(() => heard.length === 2, { describe: 'the next connection is ready' });
      expect(heard[1]).toMatchObject({ userId: tablet.userId, sessionId });
      const { http: stolen } = new ChatClient({ url: product.url });
      stolen.steal(tablet.http);
      await tablet.http.call('POST /api/logout');
      const isRefused = async () => {
        await using thief = new ChatClient({ url: product.url });
        const told: unknown[] = [];
        thief.on('ready', (given) => told.push(given));
        thief.http.steal(stolen);
        await expect(thief.connect()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
        expect(told).toEqual([]);
      };
      // Whoever comes before his process has heard of it is let in, and cut.
      await eventually(isRefused, { timeoutMs: 2_000 });
      expect(Object.values(devices).filter((device) => device.has('ready', tablet.userId))).toEqual([]);
    });
  });
