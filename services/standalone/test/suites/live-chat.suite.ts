import { SERVER_EVENTS, type ServerEventName, type ServerPayload } from '@parley/contracts';
import { ChatClient, eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from './world.js';

/** A person at the keyboard, with everything that reached the device. */
class Person {
  readonly received: { event: ServerEventName; payload: unknown }[] = [];

  constructor(readonly client: ChatClient) {
    for (const event of Object.keys(SERVER_EVENTS) as ServerEventName[])
      client.on(event, (payload) => this.received.push({ event, payload }));
  }

  of<E extends ServerEventName>(event: E): ServerPayload<E>[] {
    return this.received.filter((each) => each.event === event).map(({ payload }) => payload as ServerPayload<E>);
  }
}

/** What people at their devices may rely on, in whatever mode. It ends with a stop of the whole installation. */
export const liveChat = (start: () => Promise<World>) =>
  describe('live chat', () => {
    let product: World;
    const people: Person[] = [];

    beforeAll(async () => {
      product = await start();
    });

    afterAll(async () => {
      for (const { client } of people) await client[Symbol.asyncDispose]();
      await product?.[Symbol.asyncDispose]();
    });

    async function newPerson(): Promise<Person> {
      const client = new ChatClient({ url: product.url });
      const person = new Person(client);
      people.push(person);
      await client.register();
      await client.connect();
      return person;
    }

    async function secondDeviceOf({ client }: Person): Promise<Person> {
      const device = new Person(new ChatClient({ url: product.url }));
      people.push(device);
      await device.client.login(client.http.user!.username);
      await device.client.connect();
      return device;
    }

    const makeRoom = async ({ client }: Person) =>
      (await client.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } })).id;
    const join = (roomId: string, { client }: Person) => client.http.call('POST /api/chat/rooms/{id}/join', { params: { id: roomId } });
    const send = ({ client }: Person, roomId: string, text: string) =>
      client.emit('message:send', { roomId, clientMsgId: newClientMsgId(), text });

    it('lets people who have just registered talk in general at once', async () => {
      const alice = await newPerson();
      const { rooms } = await alice.client.http.call('GET /api/chat/rooms', { query: { query: 'general' } });
      const general = rooms.find((room) => room.name === 'general')!;
      const sent = await send(alice, general.id, 'first words');
      const timeline = await alice.client.openRoom(general.id);
      await eventually(() => timeline.messages.some(({ id }) => id === sent.messageId));
    });

    it('lets a muted member read and not write, wherever he tries, until he may again', async () => {
      const [alice, bob] = [await newPerson(), await newPerson()];
      const roomId = await makeRoom(alice);
      await join(roomId, bob);
      const { messageId } = await send(bob, roomId, 'before');
      await alice.client.openRoom(roomId);
      await bob.client.openRoom(roomId);
      const mute = (mutedUntil: string | null) =>
        alice.client.http.call('PATCH /api/chat/rooms/{id}/members/{userId}', {
          params: { id: roomId, userId: bob.client.userId },
          body: { mutedUntil },
        });
      const mutedUntil = new Date(Date.now() + 3_600_000).toISOString();
      await mute(mutedUntil);
      await eventually(() => bob.of('room:member').some(({ change }) => change === 'muted'));
      expect(bob.of('room:member').at(-1)).toMatchObject({ roomId, userId: bob.client.userId, role: 'member', mutedUntil });
      const refused = { code: 'MUTED', isRetryable: false };
      await expect(send(bob, roomId, 'but')).rejects.toMatchObject(refused);
      await expect(bob.client.emit('message:edit', { roomId, messageId, text: 'but' })).rejects.toMatchObject(refused);
      await expect(bob.client.emit('message:react', { roomId, messageId, emoji: '👍', on: true })).rejects.toMatchObject(refused);
      await expect(bob.client.emit('typing', { roomId, on: true })).rejects.toMatchObject(refused);
      const posted = bob.client.http.call('POST /api/chat/rooms/{id}/messages', { params: { id: roomId }, body: { text: 'but' } });
      await expect(posted).rejects.toMatchObject({ code: 'MUTED', status: 403 });
      await send(alice, roomId, 'still heard');
      await eventually(() => bob.client.timeline(roomId).messages.some(({ text }) => text === 'still heard'));
      await bob.client.emit('room:read', { roomId, seq: 1 });
      await bob.client.emit('message:delete', { roomId, messageId });
      await mute(null);
      await eventually(() => bob.of('room:member').at(-1)?.mutedUntil === null);
      await send(bob, roomId, 'again');
      expect(alice.of('room:member').filter(({ change }) => change === 'muted')).toEqual([]);
    });

    it('shows a private chat to both people from its first message on, without anybody opening it', async () => {
      const [alice, bob] = [await newPerson(), await newPerson()];
      const room = await alice.client.http.call('POST /api/chat/direct', { body: { userId: bob.client.userId } });
      await send(alice, room.id, 'psst');
      await eventually(() =>
        bob.of('activity').some(({ rooms }) => rooms.some((entry) => entry.roomId === room.id && entry.preview === 'psst')),
      );
      await eventually(() => bob.of('room:changed').some((change) => change.room.id === room.id));
      expect(bob.of('room:changed').find((change) => change.room.id === room.id)?.room).toMatchObject({
        kind: 'direct',
        joined: true,
        peer: { id: alice.client.userId },
        name: alice.client.http.user!.displayName,
      });
      const timeline = await bob.client.openRoom(room.id);
      expect(timeline.messages.map(({ text }) => text)).toEqual(['psst']);
      await send(bob, room.id, 'yes?');
      await eventually(() => alice.of('activity').some(({ rooms }) => rooms.some(({ preview }) => preview === 'yes?')));
      const stranger = await newPerson();
      const peeping = stranger.client.emit('room:open', { roomId: room.id });
      await expect(peeping).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
    });

    it('never counts as unread what a person has written on another device', async () => {
      const [alice, bob] = [await newPerson(), await newPerson()];
      const phone = await secondDeviceOf(alice);
      const roomId = await makeRoom(alice);
      await join(roomId, bob);
      const isMember = (person: Person) => person.of('room:member').some((change) => change.roomId === roomId);
      await eventually(() => isMember(phone) && isMember(bob));
      const linesOf = (person: Person) => person.of('activity').flatMap(({ rooms }) => rooms.filter((entry) => entry.roomId === roomId));
      const neverUnread = (person: Person) => linesOf(person).flatMap((line) => line.neverUnread ?? []);
      for (const writer of [alice, bob, alice]) await send(writer, roomId, 'hello');
      const written = await eventually(async () => {
        const { messages } = await alice.client.history(roomId);
        const seqs = messages.filter(({ kind }) => kind === 'user').map(({ seq }) => seq);
        return seqs.length === 3 && seqs;
      });
      await eventually(() => [phone, bob].every((person) => linesOf(person).some((line) => line.head >= written[2]!)));
      expect(written.filter((seq) => neverUnread(phone).includes(seq))).toEqual([written[0], written[2]]);
      expect(written.filter((seq) => neverUnread(bob).includes(seq))).toEqual([written[1]]);
    });

    it('tells the other devices of a person how far was read', async () => {
      const [alice, bob] = [await newPerson(), await newPerson()];
      const phone = await secondDeviceOf(bob);
      const roomId = await makeRoom(alice);
      await join(roomId, bob);
      for (const text of ['one', 'two', 'three']) await send(alice, roomId, text);
      const timeline = await bob.client.openRoom(roomId);
      await eventually(() => timeline.lastSeq === 3);
      // Counts follow what was stored a moment later; the answer and the position do not wait for them.
      await eventually(async () => (await bob.client.http.call('GET /api/chat/rooms/{id}', { params: { id: roomId } })).head === 3);
      expect(await bob.client.emit('room:read', { roomId, seq: 2 })).toEqual({ readSeq: 2 });
      await eventually(() =>
        phone.of('room:read').some((moved) => moved.roomId === roomId && moved.readSeq === 2 && moved.unreadCount === 1),
      );
    });

    it('keeps the order of what somebody sends without waiting for answers', async () => {
      const alice = await newPerson();
      for (let round = 0; round < 3; round += 1) {
        const roomId = await makeRoom(alice);
        const timeline = await alice.client.openRoom(roomId);
        const texts = Array.from({ length: 60 }, (_, index) => `message ${index}`);
        await Promise.all(texts.map((text) => send(alice, roomId, text)));
        await eventually(() => timeline.lastSeq === texts.length);
        expect(timeline.messages.map(({ text }) => text)).toEqual(texts);
      }
    });

    it('shows who is typing and who comes and goes', async () => {
      const [alice, bob] = [await newPerson(), await newPerson()];
      const roomId = await makeRoom(alice);
      await alice.client.openRoom(roomId);
      await join(roomId, bob);
      await eventually(() => alice.of('room:member').some(({ userId, change }) => userId === bob.client.userId && change === 'joined'));
      await bob.client.emit('typing', { roomId, on: true });
      await eventually(() => alice.of('typing').at(-1)?.userIds[0] === bob.client.userId);
      await send(bob, roomId, 'said it');
      await eventually(() => alice.of('typing').at(-1)?.userIds.length === 0);
      const { members } = await alice.client.http.call('GET /api/chat/rooms/{id}/members', { params: { id: roomId } });
      expect(members.find(({ user }) => user.id === bob.client.userId)?.presence).toBe('online');
      await bob.client.http.call('POST /api/chat/rooms/{id}/leave', { params: { id: roomId } });
      await eventually(() => alice.of('room:member').some(({ userId, change }) => userId === bob.client.userId && change === 'left'));
      await eventually(
        async () => (await bob.client.emitRaw('message:send', { roomId, clientMsgId: newClientMsgId(), text: 'x' })).ok === false,
      );
    });

    it('shows who looks at somebody his new profile, and that his status is over when its time has come', async () => {
      const [alice, bob, eve] = [await newPerson(), await newPerson(), await newPerson()];
      await alice.client.emit('presence:watch', { userIds: [bob.client.userId] });
      const endsAt = Date.now() + 2_000;
      const status = { emoji: '☕', text: 'coffee', expiresAt: new Date(endsAt).toISOString() };
      const profile = await bob.client.http.call('PATCH /api/me', { body: { displayName: 'Robert', status } });
      for (const { of } of [alice, bob].map((person) => ({ of: () => person.of('user:changed') }))) {
        await eventually(() => of().length === 2, { timeoutMs: 10_000 });
        expect(of()).toEqual([{ user: profile }, { user: { ...profile, status: null } }]);
      }
      expect(Date.now()).toBeGreaterThanOrEqual(endsAt);
      expect(eve.of('user:changed')).toEqual([]);
    });

    it('ends the sockets of a session within two seconds of its log-out, for good', async () => {
      const alice = await newPerson();
      const phone = await secondDeviceOf(alice);
      const startedAt = performance.now();
      await alice.client.http.call('POST /api/logout');
      await eventually(() => alice.client.ended !== undefined, { timeoutMs: 2000 });
      expect(performance.now() - startedAt).toBeLessThan(2000);
      expect(alice.client.ended?.message).toContain('logout');
      expect(alice.of('session:ended')).toHaveLength(1);
      expect(phone.client.isConnected).toBe(true);
    });

    it.each(['https://evil.example', 'null'])('refuses handshakes from the site %s', async (origin) => {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const headers = {
          Origin: origin,
          Connection: 'Upgrade',
          Upgrade: 'websocket',
          'Sec-WebSocket-Version': '13',
          'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
        };
        request(`${product.url}/socket.io/?EIO=4&transport=websocket`, { headers })
          .on('response', (response) => resolve(response.resume().statusCode))
          .on('upgrade', (_response, socket) => {
            socket.destroy();
            resolve(101);
          })
          .on('error', reject)
          .end();
      });
      expect(status).toBe(403);
    });

    it('keeps everybody whole whose line is cut again and again', { timeout: 60_000 }, async () => {
      const [writer, reader] = [await newPerson(), await newPerson()];
      const roomId = await makeRoom(writer);
      const timeline = await reader.client.openRoom(roomId);
      for (let index = 0; index < 60; index += 1) {
        if (index % 6 === 3) reader.client.cut();
        if (index % 10 === 5) writer.client.cut();
        await writer.client.sendReliably({ roomId, text: `message ${index}` });
      }
      await eventually(() => timeline.lastSeq === 60, { timeoutMs: 20_000 });
      expect(timeline.messages.map(({ text }) => text)).toEqual(Array.from({ length: 60 }, (_, index) => `message ${index}`));
      expect(reader.client.connects).toBeGreaterThan(5);
    });

    it('stops within seconds while people are connected, and they come back to where they were', { timeout: 60_000 }, async () => {
      const [writer, reader] = [await newPerson(), await newPerson()];
      const roomId = await makeRoom(writer);
      const timeline = await reader.client.openRoom(roomId);
      await writer.client.sendReliably({ roomId, text: 'before' });
      const startedAt = performance.now();
      await product.stop();
      expect(performance.now() - startedAt).toBeLessThan(8000);
      for (const person of [writer, reader]) {
        const drains = person.of('server:drain');
        expect(drains[0]).toEqual({ afterMs: expect.any(Number) as number });
        expect(drains.length).toBeLessThanOrEqual(person.client.connects); // once each: who left one gateway may have met the next one leaving
      }
      const sending = writer.client.sendReliably({ roomId, text: 'after' });
      await product.start();
      await sending;
      await eventually(() => timeline.lastSeq === 2, { timeoutMs: 15_000 });
      expect(timeline.messages.map(({ text }) => text)).toEqual(['before', 'after']);
    });
  });
