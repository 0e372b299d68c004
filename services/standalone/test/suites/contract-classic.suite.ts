import { ChatClient, eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { describe, expect, it } from 'vitest';
import type { OldClient, OldSocket } from '../support/old-client.js';
import { oldClients } from './old-clients.js';
import type { Place } from './world.js';

/** What `docs/api` §6 says besides what the five applications did themselves (`seed-*.suite.ts`). `start` brings an installation. */
export const contractOfClassics = (start: () => Promise<Place>) =>
  describe('classic routes and events of docs/api §6', () => {
    const old = oldClients(start);
    const { newClient: visitor } = old;
    const newClient = (): Promise<OldClient> => visitor().register();
    const refused = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code];

    it('events: one order for all, wherever they are connected, and who came after is told', async () => {
      // Where there are several gateways the edge takes turns.
      const people = await Promise.all([1, 2, 3, 4].map(newClient));
      const sockets: OldSocket[] = [];
      for (const person of people) sockets.push(await person.connect());
      const room = uniqueRoomName('Old');
      for (const { ask } of sockets) expect(await ask('join', { room })).toMatchObject({ ok: true, data: { room } });
      await eventually(() => sockets[0]!.of('notification').length === 3, { describe: 'who came after is told at every gateway' });
      for (let round = 0; round < 5; round += 1)
        for (const [index, { socket }] of sockets.entries()) socket.emit('send_message', { room, message: `${index} in round ${round}` });
      const heardBy = ({ of }: OldSocket, event: string) => of(event).map(({ seq, message }) => `${String(seq)} ${String(message)}`);
      for (const each of sockets)
        await eventually(() => heardBy(each, 'receive_message').length === 20, { timeoutMs: 15_000, describe: 'everyone heard all' });
      for (const each of sockets)
        for (const event of ['message', 'receive_message']) expect(heardBy(each, event)).toEqual(heardBy(sockets[0]!, 'receive_message'));
      expect(sockets[0]!.of('receive_message').map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    });

    it('events: rooms by name, as a string, or by id; private ones for their members only', async () => {
      const [alice, bob] = await Promise.all([newClient(), newClient()]);
      const [hers, his] = [await alice.connect(), await bob.connect()];
      const room = uniqueRoomName('Old');
      const { data } = (await hers.ask('join', room)) as { data: { room: string; roomId: string } };
      expect(data).toEqual({ room, roomId: expect.any(String) });
      expect(await his.ask('join', { room: data.roomId, unknown: 1 })).toMatchObject({ ok: true, data });
      expect(await his.ask('message', { room: data.roomId, text: 'by id' })).toMatchObject({ ok: true });
      await eventually(() => hers.of('message').some((heard) => heard['message'] === 'by id' && heard['room'] === room));
      await using owner = await new ChatClient({ url: old.url }).register();
      const secret = await owner.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName(), visibility: 'private' } });
      for (const event of ['join', 'message', 'load_history'])
        expect(await his.ask(event, { room: secret.id, message: 'let me in' })).toMatchObject({
          ok: false,
          error: { code: 'ROOM_NOT_FOUND' },
        });
      expect(await refused(await bob.fetch(`/chat_history?room=${secret.id}`))).toEqual([404, 'ROOM_NOT_FOUND']);
      expect(await bob.json(`/chat_history?room=${data.roomId}`)).toMatchObject([{ room, message: 'by id' }]);
      expect(await bob.json(`/get_messages/${encodeURIComponent(room)}`)).toMatchObject([{ message_text: 'by id' }]);
    });

    it('events: what is sent in other ways is heard under both names, as long as somebody listens', async () => {
      const alice = await newClient();
      const hers = await alice.connect();
      await using bob = await (await new ChatClient({ url: old.url }).register()).connect();
      const room = await bob.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } });
      await hers.ask('join', { room: room.name });
      await bob.emit('message:send', { roomId: room.id, clientMsgId: newClientMsgId(), text: 'by a socket of today' });
      expect((await alice.postJson('/send_message', { chat_id: room.id, message_text: 'by a form' })).status).toBe(200);
      const texts = (event: string) => hers.of(event).map(({ message }) => message);
      for (const event of ['message', 'receive_message'])
        await eventually(() => expect(texts(event)).toEqual(['by a socket of today', 'by a form']));
      await hers.ask('leave', { room: room.name });
      await bob.emit('message:send', { roomId: room.id, clientMsgId: newClientMsgId(), text: 'not listening' });
      await hers.ask('message', { message: 'in general' });
      await eventually(() => texts('message').includes('in general'));
      expect(texts('message')).not.toContain('not listening');
    });

    it('routes: forms and JSON, each with its own answer', async () => {
      const [alice, bob] = await Promise.all([newClient(), newClient()]);
      const chat = (await alice.json<{ id: string; name: string }[]>('/chats')).find(({ name }) => name === bob.username)!;
      expect((await alice.postJson('/send_message', { chat_id: chat.id, message_text: 'through all processes' })).status).toBe(200);
      expect(await bob.json(`/get_messages/${chat.id}`)).toMatchObject([
        { username: alice.username, message_text: 'through all processes' },
      ]);
      const wrong = await bob.postForm('/login', { username: alice.username, password: 'not hers' });
      expect([wrong.status, wrong.headers.get('location')]).toEqual([303, '/login?error=INVALID_CREDENTIALS']);
      expect(await refused(await bob.postJson('/login', { username: alice.username, password: 'not hers' }))).toEqual([
        401,
        'INVALID_CREDENTIALS',
      ]);
      expect(await refused(await bob.postJson('/register', { username: alice.username, password: bob.password }))).toEqual([
        409,
        'USERNAME_TAKEN',
      ]);
      expect(await refused(await bob.postJson('/register', { username: 'someone_new', password: 'password' }))).toEqual([
        400,
        'VALIDATION_FAILED',
      ]);
      const [third, again] = [visitor(), visitor()];
      const made = await third.postJson('/register', { username: third.username, password: third.password });
      expect([made.status, await made.json()]).toMatchObject([
        201,
        { user: { username: third.username }, accessToken: expect.any(String) },
      ]);
      const entered = await again.postJson('/login', { username: third.username, password: third.password });
      expect([entered.status, await entered.json()]).toMatchObject([200, { user: { username: third.username } }]);
      for (const client of [third, again]) expect((await client.fetch('/chat_history')).status).toBe(200);
    });
  });
