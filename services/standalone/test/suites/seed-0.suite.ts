import { ChatClient, eventually, newClientMsgId } from '@parley/testing';
import { describe, expect, it } from 'vitest';
import { oldClients } from './old-clients.js';
import type { Place } from './world.js';

/** The first application: one room for everyone, an avatar beside each message, the history as JSON. */
export function seed0(start: () => Promise<Place>): void {
  describe('seed 0: Flask Chat App', () => {
    const old = oldClients(start);
    const { newClient } = old;

    it('leads from / to the forms, and from there into the chat', async () => {
      const alice = newClient();
      const start = await alice.fetch('/');
      expect([start.status, start.headers.get('location')]).toEqual([302, '/login']);
      for (const path of ['/login', '/register']) {
        const page = await (await alice.fetch(path)).text();
        expect(page).toContain(`<form method="post" action="${path}">`);
      }
      await alice.register();
      const again = await alice.fetch('/');
      expect([again.status, again.headers.get('location')]).toEqual([302, '/chat']);
      expect((await alice.fetch('/chat')).status).toBe(200);
    });

    it('keeps passwords to itself: a wrong one leads back to the form, which says so', async () => {
      const { username, password } = await newClient().register();
      const visitor = newClient();
      const refused = await visitor.postForm('/login', { username, password: 'not that one' });
      expect([refused.status, refused.headers.get('location')]).toEqual([303, '/login?error=INVALID_CREDENTIALS']);
      expect(await (await visitor.fetch(refused.headers.get('location')!)).text()).toContain('User name or password is wrong.');
      expect((await visitor.fetch('/chat_history')).status).toBe(401);
      const right = await visitor.postForm('/login', { username, password });
      expect([right.status, right.headers.get('location')]).toEqual([303, '/chat']);
      expect((await visitor.fetch('/chat_history')).status).toBe(200);
    });

    it('brings a message to everyone at once, with name and avatar, and keeps it', async () => {
      const [alice, bob] = [await newClient().register(), await newClient().register()];
      const [hers, his] = [await alice.connect(), await bob.connect()];
      hers.socket.emit('message', { message: 'hello from a tab' });
      for (const each of [hers, his]) await eventually(() => each.of('message').length === 1, { describe: 'everyone has it' });
      const [message] = his.of('message');
      expect(message).toEqual({
        id: expect.any(String),
        room: 'general',
        username: alice.username,
        avatar: expect.stringMatching(/^\/api\/users\/[\w-]+\/avatar/),
        message: 'hello from a tab',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        seq: expect.any(Number),
      });
      const picture = await fetch(old.url + String(message!['avatar']));
      expect([picture.status, picture.headers.get('content-type')]).toEqual([200, expect.stringContaining('image/svg+xml')]);

      hers.socket.emit('message', { message: 'and another' });
      await eventually(() => his.of('message').length === 2, { describe: 'the second one' });
      const history = await bob.json<Record<string, unknown>[]>('/chat_history');
      const { seq: _, ...line } = message!;
      expect(history.slice(-2)).toEqual([line, expect.objectContaining({ message: 'and another', username: alice.username })]);
      expect(await bob.json('/chat_history?room=general&limit=1&unknown=1')).toEqual(history.slice(-1));
    });

    it('gives everyone an own random avatar', async () => {
      const [alice, bob] = [await newClient().register(), await newClient().register()];
      for (const client of [alice, bob]) await client.postJson('/send_message', { chat_id: 'general', message: 'look at me' });
      const avatars = (await alice.json<{ avatar: string }[]>('/chat_history?limit=2')).map(({ avatar }) => avatar);
      const pictures = await Promise.all(avatars.map(async (avatar) => (await fetch(old.url + avatar)).text()));
      expect(new Set(pictures).size).toBe(2);
    });

    it('shares its room with the clients of today, both ways', async () => {
      const alice = await newClient().register();
      const hers = await alice.connect();
      await using bob = new ChatClient({ url: old.url });
      await bob.register();
      await bob.connect();
      const { rooms } = await bob.http.call('GET /api/chat/rooms', { query: { query: 'general' } });
      const general = rooms[0]!.id;
      await bob.openRoom(general);
      await bob.emit('message:send', { roomId: general, clientMsgId: newClientMsgId(), text: 'from today' });
      await eventually(() => hers.of('message').some(({ message }) => message === 'from today'), { describe: 'the old client hears it' });
      hers.socket.emit('message', { message: 'from the past' });
      await eventually(() => bob.timeline(general).messages.some(({ text }) => text === 'from the past'), { describe: 'and answers' });
    });

    it('ends the session at /logout, and cuts its sockets', async () => {
      const alice = await newClient().register();
      const { socket } = await alice.connect();
      const asked = await alice.fetch('/logout', { headers: { 'sec-fetch-site': 'cross-site' } });
      expect([asked.status, await asked.text()]).toEqual([200, expect.stringContaining('<form action="/logout">')]);
      expect((await alice.fetch('/chat_history')).status).toBe(200);
      const stolen = alice.cookie;
      const out = await alice.fetch('/logout');
      expect([out.status, out.headers.get('location'), alice.cookie]).toEqual([302, '/login', '']);
      await eventually(() => !socket.connected, { timeoutMs: 2_000, describe: 'the socket is cut' });
      const withStolen = async () => (await fetch(`${old.url}/chat_history`, { headers: { cookie: stolen } })).status;
      await eventually(async () => (await withStolen()) === 401, { timeoutMs: 2_000, describe: 'the cookie is worth nothing' });
    });

    it('refuses what another web site asks for in its name', async () => {
      const alice = await newClient().register();
      const foreign = { origin: 'https://evil.example' };
      for (const path of ['/login', '/register'])
        expect((await alice.postForm(path, { username: alice.username, password: alice.password }, foreign)).status).toBe(403);
      expect((await alice.postJson('/send_message', { chat_id: 'general', message: 'x' }, foreign)).status).toBe(403);
      expect((await alice.postJson('/send_message', { chat_id: 'general', message: 'x' }, { 'sec-fetch-site': 'cross-site' })).status).toBe(
        403,
      );
    });
  });
}
