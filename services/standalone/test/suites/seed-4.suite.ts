import { describe, expect, it } from 'vitest';
import type { OldClient } from '../support/old-client.js';
import { oldClients } from './old-clients.js';
import type { Place } from './world.js';

interface Chat {
  readonly id: string;
  readonly name: string;
  readonly last_message: string | null;
  readonly sent_at: string | null;
}

/** The fifth application: a private chat with everyone from the start, last messages in the list, JSON without sockets. */
export function seed4(start: () => Promise<Place>): void {
  describe('seed 4: Chat on Flask', () => {
    const { newClient } = oldClients(start);
    const chatsOf = (client: OldClient) => client.json<Chat[]>('/chats');
    const chatWith = async (client: OldClient, other: OldClient) => (await chatsOf(client)).find(({ name }) => name === other.username)!;

    it('registers by a form that calls the name "login", and leads to the chat page', async () => {
      const visitor = newClient();
      expect((await visitor.fetch('/ChatPage')).headers.get('location')).toBe('/login');
      const registered = await visitor.postForm('/register', { login: visitor.username, password: visitor.password, confirm: 'x' });
      expect([registered.status, registered.headers.get('location')]).toEqual([303, '/chat']);
      expect((await visitor.fetch('/ChatPage')).status).toBe(200);
      await visitor.fetch('/logout');
      const back = await visitor.postForm('/login', { login: visitor.username, password: visitor.password });
      expect([back.status, back.headers.get('location')]).toEqual([303, '/chat']);
    });

    it('lists a private chat with every user there is, right after registration, on both sides', async () => {
      const others = await Promise.all([1, 2, 3].map(() => newClient().register()));
      const newcomer = await newClient().register();
      const chats = await chatsOf(newcomer);
      for (const { username } of others)
        expect(chats).toContainEqual({ id: expect.any(String), name: username, last_message: null, sent_at: null });
      expect(chats.map(({ name }) => name)).not.toContain(newcomer.username);
      for (const other of others) {
        const seen = await chatWith(other, newcomer);
        expect(seen.id).toBe((await chatWith(newcomer, other)).id);
      }
    });

    it('sends as JSON, tells the messages as JSON, and shows the last one in the list', async () => {
      const [alice, bob, carol] = [await newClient().register(), await newClient().register(), await newClient().register()];
      const { id } = await chatWith(alice, bob);
      expect(await alice.json(`/get_messages/${id}`)).toEqual([]);
      const sent = await alice.postJson('/send_message', { chat_id: id, message_text: 'between us' });
      expect(sent.status).toBe(200);
      const answer = (await sent.json()) as { status: string; id: string };
      expect(answer).toEqual({ status: 'ok', id: expect.any(String) });
      expect((await bob.postJson('/send_message', { chat_id: id, message: 'of course', extra: 1 })).status).toBe(200);

      const lines = await bob.json<Record<string, unknown>[]>(`/get_messages/${id}`);
      expect(lines).toEqual([
        {
          id: answer.id,
          chat_id: id,
          user_id: expect.any(String),
          username: alice.username,
          message_text: 'between us',
          sent_at: expect.any(String),
        },
        expect.objectContaining({ username: bob.username, message_text: 'of course' }),
      ]);
      await expect.poll(async () => (await chatsOf(alice))[0]).toMatchObject({ id, name: bob.username, last_message: 'of course' });
      expect((await chatsOf(alice))[0]!.sent_at).toBe(lines[1]!['sent_at']);
      expect((await carol.fetch(`/get_messages/${id}`)).status).toBe(404);
      expect((await carol.postJson('/send_message', { chat_id: id, message_text: 'me too' })).status).toBe(404);
    });

    it.each([
      [{ chat_id: 'general' }],
      [{ chat_id: 'general', message_text: '   ' }],
      [{ chat_id: 'general', message_text: 'x'.repeat(4001) }],
      [{ chat_id: 5, message_text: 'x' }],
      [{ message_text: 'x' }],
      [[]],
    ])('tells what is wrong with %j', async (body) => {
      const client = await newClient().register();
      const response = await client.postJson('/send_message', body);
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'VALIDATION_FAILED']);
    });

    it('tells nothing without a session', async () => {
      for (const path of ['/chats', '/get_messages/general', '/chat_history']) expect((await newClient().fetch(path)).status).toBe(401);
      expect((await newClient().postJson('/send_message', { chat_id: 'general', message_text: 'x' })).status).toBe(401);
    });
  });
}
