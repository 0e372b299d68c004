import { ChatClient, eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProduct, type Product } from './support/product.js';

describe('what a room says itself', () => {
  let product: Product;
  const people: ChatClient[] = [];

  beforeAll(async () => {
    product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0', PARLEY_LOG_LEVEL: 'warn' } });
    for (const displayName of ['Olga', 'Gina']) {
      const client = new ChatClient({ url: product.url });
      people.push(await client.register({ displayName }));
      await client.connect();
    }
  });

  afterAll(async () => {
    for (const client of people) await client[Symbol.asyncDispose]();
    await product?.[Symbol.asyncDispose]();
  });

  it('stands among the messages, in one order for everybody, and is never unread', async () => {
    const [owner, guest] = people as [ChatClient, ChatClient];
    const { id, name } = await owner.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName(), visibility: 'private' } });
    const params = { id };
    const write = (client: ChatClient, text: string) =>
      client.http.call('POST /api/chat/rooms/{id}/messages', {
        params,
        query: { wait: 'stored' },
        body: { text, clientMsgId: newClientMsgId() },
      });
    await owner.openRoom(id);
    await write(owner, 'before anybody came');
    const { code } = await owner.http.call('POST /api/chat/rooms/{id}/invites', { params, body: {} });
    await guest.http.call('POST /api/invites/{code}', { params: { code } });
    await eventually(() => owner.timeline(id).lastSeq === 2);
    await write(guest, 'hello');
    await owner.http.call('PATCH /api/chat/rooms/{id}', { params, body: { name: `${name} 2` } });
    await eventually(() => owner.timeline(id).lastSeq === 4);

    const { messages, head } = await guest.history(id);
    expect(head).toBe(4);
    expect(messages.map(({ seq, kind, sender, text }) => [seq, kind, sender?.displayName ?? null, text])).toEqual([
      [1, 'user', 'Olga', 'before anybody came'],
      [2, 'system', null, 'Gina joined.'],
      [3, 'user', 'Gina', 'hello'],
      [4, 'system', null, `The room is now called “${name} 2”.`],
    ]);
    // In parts, too, for readers of other languages; in the list as in the room.
    const joined = { what: 'joined', userId: guest.userId, name: 'Gina' };
    const renamed = { what: 'renamed', name: `${name} 2` };
    expect(messages.map(({ announcement }) => announcement)).toEqual([undefined, joined, undefined, renamed]);
    expect(owner.timeline(id).messages.map(({ announcement }) => announcement)).toEqual([undefined, joined, undefined, renamed]);
    await eventually(async () => {
      const { conversations } = await guest.http.call('GET /api/chat/conversations');
      expect(conversations.find(({ room }) => room.id === id)?.lastMessage).toMatchObject({ seq: 4, announcement: renamed });
    });
    expect(owner.timeline(id).messages.map((message) => message.id)).toEqual(messages.map((message) => message.id));
    await eventually(async () => {
      const unread = async ({ http }: ChatClient) =>
        (await http.call('GET /api/chat/conversations')).conversations.find(({ room }) => room.id === id)?.unreadCount;
      expect([await unread(owner), await unread(guest)]).toEqual([1, 0]);
    });
  });
});
