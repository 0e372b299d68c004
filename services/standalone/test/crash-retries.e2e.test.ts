import { ChatClient, HistoryRecorder, assertCleanHistory, eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProduct, type Product } from './support/product.js';

describe('many at once', () => {
  let product: Product;
  const clients: ChatClient[] = [];

  beforeAll(async () => {
    product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0', PARLEY_LOG_LEVEL: 'warn' } });
  });

  afterAll(async () => {
    for (const client of clients) await client[Symbol.asyncDispose]();
    await product?.[Symbol.asyncDispose]();
  });

  function newClient(recorder?: HistoryRecorder): ChatClient {
    const client = new ChatClient({ url: product.url, ...(recorder ? { recorder } : {}) });
    clients.push(client);
    return client;
  }

  async function makeRoom(owner: ChatClient): Promise<string> {
    return (await owner.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } })).id;
  }

  it('20 retries of one message, from two devices and over HTTP, store one row', async () => {
    const phone = await (await newClient().register()).connect();
    const laptop = await (await newClient().login(phone.http.user!.username)).connect();
    const roomId = await makeRoom(phone);
    const clientMsgId = newClientMsgId();
    const overSocket = (client: ChatClient) => client.emit('message:send', { roomId, clientMsgId, text: 'once' });
    const overHttp = (client: ChatClient) =>
      client.http.call('POST /api/chat/rooms/{id}/messages', { params: { id: roomId }, body: { clientMsgId, text: 'once' } });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 4 === 3 ? overHttp : overSocket)(index % 2 === 0 ? phone : laptop)),
    );
    const ids = new Set(answers.map((answer) => ('messageId' in answer ? answer.messageId : answer.id)));
    expect(ids.size).toBe(1);
    const page = await eventually(async () => {
      const found = await phone.history(roomId);
      return found.head > 0 && found;
    });
    expect(page.messages).toMatchObject([{ seq: 1, id: [...ids][0], clientMsgId, text: 'once' }]);
    // A late retry, after everything is stored, changes nothing either.
    expect(await overSocket(laptop)).toMatchObject({ messageId: [...ids][0] });
    await phone.sendReliably({ roomId, text: 'the next one' });
    const after = await eventually(async () => {
      const found = await phone.history(roomId);
      return found.messages.some((message) => message.text === 'the next one') && found;
    });
    expect(after.messages.map((message) => message.seq)).toEqual([1, 2]);
  });

  it('10 writers in one room get one dense order, the same for all', async () => {
    const [writers, messages] = [10, 20];
    const recorder = new HistoryRecorder();
    const people = await Promise.all(Array.from({ length: writers }, () => newClient(recorder).register()));
    const roomId = await makeRoom(people[0]!);
    for (const person of people) {
      await person.http.call('POST /api/chat/rooms/{id}/join', { params: { id: roomId } });
      await person.connect();
      await person.openRoom(roomId);
      recorder.watching(person.id, roomId);
    }
    await Promise.all(
      people.map(async (person) => {
        for (let count = 0; count < messages; count += 1) await person.sendReliably({ roomId, text: `message ${count}` });
      }),
    );
    await eventually(() => people.every((person) => person.timeline(roomId).lastSeq === writers * messages));
    const page = await people[0]!.history(roomId, { after: '0', limit: '200' });
    const stored = page.messages.map(({ id, sender, ...message }) => ({ ...message, messageId: id, senderId: sender?.id ?? null }));
    expect(stored.map((message) => message.seq)).toEqual(Array.from({ length: writers * messages }, (_, index) => index + 1));
    expect(assertCleanHistory({ attempts: recorder.attempts, stored, received: recorder.receivedRooms }).counts).toMatchObject({
      acked: writers * messages,
      stored: writers * messages,
    });
  });
});
