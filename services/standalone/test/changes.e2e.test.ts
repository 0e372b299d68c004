import type { Message } from '@parley/contracts';
import { ChatClient, eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProduct, type Product } from './support/product.js';

/** What `docs/api` §4 and §5 promise about messages that change, on the running product. */
describe('messages that change', () => {
  let product: Product;
  const people: ChatClient[] = [];
  let alice: ChatClient;
  let bob: ChatClient;
  let mod: ChatClient;
  let stranger: ChatClient;
  let roomId: string;
  let hello: Message;

  beforeAll(async () => {
    product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0', PARLEY_LOG_LEVEL: 'warn' } });
    mod = await newPerson(); // the first one administers the installation
    [alice, bob, stranger] = await Promise.all([newPerson(), newPerson(), newPerson()]);
  });

  afterAll(async () => {
    for (const client of people) await client[Symbol.asyncDispose]();
    await product?.[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    roomId = (await mod.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } })).id;
    for (const client of [alice, bob]) await client.http.call('POST /api/chat/rooms/{id}/join', { params: { id: roomId } });
    for (const client of [mod, alice, bob]) await client.openRoom(roomId);
    hello = await post(alice, 'hello');
  });

  async function newPerson(): Promise<ChatClient> {
    const client = new ChatClient({ url: product.url });
    people.push(client);
    await client.register();
    await client.connect();
    return client;
  }

  async function post(client: ChatClient, text: string, replyTo?: string): Promise<Message> {
    const body = { clientMsgId: newClientMsgId(), text, ...(replyTo === undefined ? {} : { replyTo }) };
    const answer = await client.http.call('POST /api/chat/rooms/{id}/messages', {
      params: { id: roomId },
      query: { wait: 'stored' },
      body,
    });
    if (!('seq' in answer)) throw new Error('not stored in time');
    return answer;
  }
  const at = (message: Message) => ({ params: { id: roomId, messageId: message.id } });
  const reaction = (message: Message, emoji: string) => ({ params: { ...at(message).params, emoji } });
  const edit = (client: ChatClient, message: Message, text: string) =>
    client.http.call('PATCH /api/chat/rooms/{id}/messages/{messageId}', { ...at(message), body: { text } });
  const remove = (client: ChatClient, message: Message) =>
    client.http.call('DELETE /api/chat/rooms/{id}/messages/{messageId}', at(message));
  const react = (client: ChatClient, message: Message, emoji: string) =>
    client.http.call('PUT /api/chat/rooms/{id}/messages/{messageId}/reactions/{emoji}', reaction(message, emoji));
  const unreact = (client: ChatClient, message: Message, emoji: string) =>
    client.http.call('DELETE /api/chat/rooms/{id}/messages/{messageId}/reactions/{emoji}', reaction(message, emoji));
  const revisions = async (client: ChatClient, message: Message) =>
    (await client.http.call('GET /api/chat/rooms/{id}/messages/{messageId}/revisions', at(message))).revisions;
  const history = async (client = alice) => (await client.history(roomId)).messages;
  const seenBy = (client: ChatClient, message: Message) => client.timeline(roomId).messages.find(({ id }) => id === message.id);

  /** "Snapshot + events = fresh fetch", for everybody who has the room open. */
  async function everybodyAgrees(): Promise<void> {
    const fresh = await history();
    for (const client of [mod, alice, bob])
      await eventually(() => {
        expect(client.timeline(roomId).messages).toEqual(fresh);
        return true;
      });
  }

  it('are edited by their author, over HTTP and over the socket, and everybody sees it', async () => {
    const edited = await edit(alice, hello, 'hello, world');
    expect(edited).toMatchObject({ id: hello.id, seq: hello.seq, rev: 1, text: 'hello, world', createdAt: hello.createdAt });
    expect(edited.editedAt).not.toBeNull();
    expect(await alice.emit('message:edit', { roomId, messageId: hello.id, text: 'hello again' })).toEqual({ rev: 2 });
    await everybodyAgrees();
    expect((await revisions(bob, hello)).map(({ rev, text }) => [rev, text])).toEqual([
      [0, 'hello'],
      [1, 'hello, world'],
      [2, 'hello again'],
    ]);
    expect(await revisions(bob, await post(bob, 'never edited'))).toEqual([expect.objectContaining({ rev: 0, text: 'never edited' })]);
  });

  it('stay as they are when a command is repeated', async () => {
    expect(await alice.emit('message:edit', { roomId, messageId: hello.id, text: 'new' })).toEqual({ rev: 1 });
    expect(await alice.emit('message:edit', { roomId, messageId: hello.id, text: 'new' })).toEqual({ rev: 1 });
    for (const on of [true, true])
      expect(await bob.emit('message:react', { roomId, messageId: hello.id, emoji: '👍', on })).toEqual({ rev: 2 });
    for (const on of [false, false])
      expect(await bob.emit('message:react', { roomId, messageId: hello.id, emoji: '👍', on })).toEqual({ rev: 3 });
    for (const _ of [1, 2]) expect(await alice.emit('message:delete', { roomId, messageId: hello.id })).toEqual({ rev: 4 });
    expect(await remove(alice, hello)).toMatchObject({ rev: 4 });
  });

  it('are deleted for good by author, moderator or owner', async () => {
    const [second, answer] = [await post(bob, 'second'), await post(bob, 'an answer', hello.id)];
    await react(bob, hello, '🎉');
    await edit(alice, hello, 'edited first');
    const deleted = await remove(alice, hello);
    expect(deleted).toMatchObject({ text: '', attachments: [], reactions: [], mentions: { userIds: [], everyone: false }, rev: 3 });
    expect(deleted.deletedAt).not.toBeNull();
    expect(await revisions(bob, hello)).toEqual([]);
    await expect(edit(alice, hello, 'back')).rejects.toMatchObject({ code: 'MESSAGE_DELETED' });
    await expect(react(bob, hello, '👍')).rejects.toMatchObject({ code: 'MESSAGE_DELETED' });
    expect(await mod.emit('message:delete', { roomId, messageId: second.id })).toEqual({ rev: 1 });
    await everybodyAgrees();
    expect((await history()).map(({ seq, text }) => [seq, text])).toEqual([
      [hello.seq, ''],
      [second.seq, ''],
      [answer.seq, 'an answer'],
    ]);
    expect(seenBy(bob, answer)?.replyTo).toMatchObject({ id: hello.id, text: '', deletedAt: deleted.deletedAt });
  });

  it('carry reactions in the order in which they came, at most 20 kinds', async () => {
    await react(bob, hello, '👍');
    await react(alice, hello, '❤');
    await react(alice, hello, '👍');
    await unreact(bob, hello, '👍');
    await unreact(bob, hello, '🎉');
    await everybodyAgrees();
    expect(seenBy(mod, hello)?.reactions).toEqual([
      { emoji: '👍', count: 1, userIds: [alice.userId] },
      { emoji: '❤️', count: 1, userIds: [alice.userId] },
    ]);
    const more = ['😀', '😁', '😂', '😃', '😄', '😅', '😆', '😇', '😈', '😉', '😊', '😋', '😌', '😍', '😎', '😏', '😐', '😑'];
    await Promise.all(more.map((emoji) => react(bob, hello, emoji)));
    await expect(react(bob, hello, '🦄')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(bob.emit('message:react', { roomId, messageId: hello.id, emoji: '🦄', on: true })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      isRetryable: false,
    });
    await react(bob, hello, '👍'); // not a new kind
    await everybodyAgrees();
    expect(seenBy(mod, hello)?.reactions).toHaveLength(20);
  });

  it('are quoted as they are now', async () => {
    const answer = await post(bob, 'well said', hello.id);
    expect(answer.replyTo).toMatchObject({ id: hello.id, seq: hello.seq, text: 'hello', rev: 0, deletedAt: null });
    await edit(alice, hello, 'hello, everybody');
    await everybodyAgrees();
    expect(seenBy(alice, answer)?.replyTo).toMatchObject({ text: 'hello, everybody', rev: 1 });
  });

  it('can be changed as soon as they are accepted', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { messageId } = await alice.emit('message:send', { roomId, clientMsgId: newClientMsgId(), text: 'typo' });
      expect(await alice.emit('message:edit', { roomId, messageId, text: 'no typo' })).toEqual({ rev: 1 });
    }
    const [first, second] = await Promise.all([edit(alice, hello, 'first'), edit(alice, hello, 'second')]);
    expect([first.rev, second.rev].every((rev) => rev >= 1)).toBe(true);
    expect((await history()).find(({ id }) => id === hello.id)).toMatchObject({ text: 'second', rev: 2 });
  });

  it('are refused with the reason', async () => {
    const nobody = { ...hello, id: '0198c0de-0000-7000-8000-00000000dead' };
    await expect(edit(alice, nobody, 'x')).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
    await expect(revisions(alice, nobody)).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
    await expect(edit(bob, hello, 'x')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(edit(mod, hello, 'x')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(remove(bob, hello)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    for (const refused of [() => edit(stranger, hello, 'x'), () => remove(stranger, hello), () => react(stranger, hello, '👍')])
      await expect(refused()).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    expect(await revisions(stranger, hello)).toHaveLength(1); // the room is public
    await expect(edit(alice, hello, '   ')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(edit(alice, hello, '')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(react(alice, hello, 'no emoji')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    const elsewhere = await mod.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } });
    const misplaced = mod.emit('message:delete', { roomId: elsewhere.id, messageId: hello.id });
    await expect(misplaced).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
    expect((await history())[0]).toEqual(hello);
  });

  it('are refused where the address makes no sense', async () => {
    const token = alice.http.accessToken;
    const ask = async (method: string, path: string, body?: unknown) => {
      const response = await fetch(`${product.url}/api/chat/rooms/${roomId}/messages/${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return [response.status, ((await response.json()) as { code: string }).code];
    };
    expect(await ask('PUT', `${hello.id}/reactions/%E0%A4%A`)).toEqual([400, 'VALIDATION_FAILED']);
    expect(await ask('PUT', `${hello.id}/reactions/a`)).toEqual([400, 'VALIDATION_FAILED']);
    expect(await ask('PATCH', 'nonsense', { text: 'x' })).toEqual([400, 'VALIDATION_FAILED']);
    expect(await ask('PATCH', hello.id, { text: 'x', html: 'y' })).toEqual([400, 'VALIDATION_FAILED']);
    expect(await ask('PATCH', hello.id, { text: 'a\u0000' })).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('come to those who were away', async () => {
    const others = await Promise.all(Array.from({ length: 3 }, (_, index) => post(bob, `message ${index}`)));
    await everybodyAgrees();
    bob.cut();
    await edit(alice, hello, 'edited meanwhile');
    await Promise.all(others.map((message) => react(alice, message, '👀')));
    await remove(mod, others[1]!);
    await post(alice, 'new meanwhile', hello.id);
    await everybodyAgrees();
    expect(bob.timeline(roomId).messages.map(({ rev }) => rev)).toEqual([1, 1, 2, 1, 0]);
  });

  it('mention people by name, and everyone where the author may, until they are read', async () => {
    const name = bob.http.user!.username;
    await post(bob, 'here I am'); // whoever has written is known by name
    const activity: boolean[] = [];
    const told: number[] = [];
    await bob.emit('room:close', { roomId });
    bob.on('activity', ({ rooms }) => activity.push(...rooms.filter((room) => room.roomId === roomId).map(({ mention }) => mention)));
    bob.on('room:read', (moved) => void (moved.roomId === roomId && told.push(moved.mentionCount)));
    const message = await post(alice, `@${name.toUpperCase()}, look: x@${name} @everyone`);
    expect(message.mentions).toEqual({ userIds: [bob.userId], everyone: false });
    await eventually(() => activity.includes(true));
    const mentionCount = async () => {
      const { conversations } = await bob.http.call('GET /api/chat/conversations');
      return conversations.find(({ room }) => room.id === roomId)?.mentionCount;
    };
    await eventually(async () => (await mentionCount()) === 1);
    const toAll = await post(mod, '@everyone: coffee');
    expect(toAll.mentions).toEqual({ userIds: [], everyone: true });
    await eventually(async () => (await mentionCount()) === 2);
    await bob.emit('room:read', { roomId, seq: message.seq });
    await eventually(() => told.at(-1) === 1);
    await edit(mod, toAll, 'no coffee');
    await eventually(async () => (await mentionCount()) === 0);
    await edit(alice, message, 'nothing');
    expect((await edit(alice, message, `@${name}.`)).mentions.userIds).toEqual([bob.userId]);
  });
});
