import { Media } from '@parley/contracts';
import { ChatClient, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProduct, type Product } from './support/product.js';

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

async function upload(client: ChatClient, bytes: Uint8Array<ArrayBuffer>, name: string): Promise<Media> {
  const form = new FormData();
  form.set('file', new Blob([bytes]), name);
  const headers = { authorization: `Bearer ${client.http.accessToken}` };
  const response = await fetch(`${client.http.url}/api/media`, { method: 'POST', body: form, headers });
  const body: unknown = await response.json();
  if (response.status !== 201) throw new Error(`upload: ${response.status} ${JSON.stringify(body)}`);
  return Media.parse(body);
}

const read = (client: ChatClient, path: string) =>
  fetch(client.http.url + path, { headers: { authorization: `Bearer ${client.http.accessToken}` } });

describe('attachments', () => {
  let product: Product;
  let alice: ChatClient;
  let bob: ChatClient;
  beforeAll(async () => {
    product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0' } });
    [alice, bob] = [new ChatClient({ url: product.url }), new ChatClient({ url: product.url })];
    for (const person of [alice, bob]) {
      await person.register();
      await person.connect();
    }
  });
  afterAll(async () => {
    await alice?.[Symbol.asyncDispose]();
    await bob?.[Symbol.asyncDispose]();
    await product?.[Symbol.asyncDispose]();
  });

  const newRoom = () => alice.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName(), visibility: 'private' } });
  const history = async (client: ChatClient, id: string) =>
    (await client.http.call('GET /api/chat/rooms/{id}/messages', { params: { id } })).messages;

  it('reach everybody in the room with the message, live and in history, and nobody else', async () => {
    const room = await newRoom();
    await alice.openRoom(room.id);
    const hill = await upload(alice, PNG, 'hill.png');
    expect((await read(bob, hill.url)).status).toBe(404);
    await alice.emit('message:send', { roomId: room.id, clientMsgId: newClientMsgId(), text: '', attachments: [hill.id] });
    await expect.poll(() => alice.timeline(room.id).messages, { timeout: 10_000 }).toMatchObject([{ text: '', attachments: [hill] }]);
    expect((await history(alice, room.id))[0]?.attachments).toEqual([hill]);
    expect((await read(alice, hill.url)).status).toBe(200);
    expect((await read(bob, hill.url)).status).toBe(404);
    expect((await read(bob, hill.thumbnailUrl!)).status).toBe(404);
  });

  it('belong to one message, however often it is sent', async () => {
    const room = await newRoom();
    const [one, other] = [await upload(alice, PNG, 'one.png'), await upload(alice, Buffer.from('some text'), 'other.txt')];
    const message = { roomId: room.id, clientMsgId: newClientMsgId(), text: 'two files', attachments: [other.id, one.id] };
    const answers = await Promise.all([alice.emit('message:send', message), alice.emit('message:send', message)]);
    expect(answers[0].messageId).toBe(answers[1].messageId);
    expect((await alice.emit('message:send', message)).messageId).toBe(answers[0].messageId);
    await expect.poll(() => history(alice, room.id), { timeout: 10_000 }).toMatchObject([{ attachments: [other, one] }]);
    await expect(alice.emit('message:send', { ...message, clientMsgId: newClientMsgId() })).rejects.toMatchObject({
      code: 'MEDIA_NOT_ATTACHABLE',
    });
    const post = { params: { id: room.id }, query: {}, body: { text: 'again', attachments: [one.id] } };
    await expect(alice.http.call('POST /api/chat/rooms/{id}/messages', post)).rejects.toMatchObject({ code: 'MEDIA_NOT_ATTACHABLE' });
    expect(await history(alice, room.id)).toHaveLength(1);
  });

  it('must be the own ones', async () => {
    const room = await newRoom();
    const { id } = await upload(bob, PNG, 'mine.png');
    for (const attachments of [[id], [crypto.randomUUID()]])
      await expect(
        alice.emit('message:send', { roomId: room.id, clientMsgId: newClientMsgId(), text: 'not mine', attachments }),
      ).rejects.toMatchObject({ code: 'MEDIA_NOT_ATTACHABLE' });
    expect(await history(alice, room.id)).toEqual([]);
  });
});
