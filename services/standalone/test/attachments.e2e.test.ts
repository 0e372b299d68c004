import { randomUUID } from 'node:crypto';
import { Media } from '@parley/contracts';
import { ChatClient, TEST_PASSWORD, newClientMsgId, uniqueRoomName, uniqueUsername } from '@parley/testing';
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
    for (const attachments of [[id], [randomUUID()]])
      await expect(
        alice.emit('message:send', { roomId: room.id, clientMsgId: newClientMsgId(), text: 'not mine', attachments }),
      ).rejects.toMatchObject({ code: 'MEDIA_NOT_ATTACHABLE' });
    expect(await history(alice, room.id)).toEqual([]);
  });

  it('are out of reach as soon as their message is deleted', async () => {
    const room = await newRoom();
    const hill = await upload(alice, PNG, 'hill.png');
    const { messageId } = await alice.emit('message:send', {
      roomId: room.id,
      clientMsgId: newClientMsgId(),
      text: '',
      attachments: [hill.id],
    });
    await expect.poll(() => history(alice, room.id), { timeout: 10_000 }).toMatchObject([{ attachments: [hill] }]);
    expect((await read(alice, hill.url)).status).toBe(200);
    await alice.emit('message:delete', { roomId: room.id, messageId });
    expect(await history(alice, room.id)).toMatchObject([{ attachments: [], text: '' }]);
    await expect.poll(async () => (await read(alice, hill.url)).status, { timeout: 5_000 }).toBe(404);
    expect((await read(alice, hill.thumbnailUrl!)).status).toBe(404);
  });

  it('become the own picture, which everybody may see', async () => {
    const face = await upload(alice, PNG, 'face.png');
    const { avatarUrl } = await alice.http.call('PATCH /api/me', { body: { avatarMediaId: face.id } });
    const shown = await fetch(product.url + avatarUrl);
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/webp']);
    await expect(alice.http.call('PATCH /api/me', { body: { avatarMediaId: randomUUID() } })).rejects.toMatchObject({
      code: 'MEDIA_NOT_ATTACHABLE',
    });
    const drawn = await alice.http.call('PATCH /api/me', { body: { avatarMediaId: null } });
    expect((await fetch(product.url + drawn.avatarUrl)).headers.get('content-type')).toMatch(/^image\/svg/);
    expect((await read(alice, face.url)).status).toBe(404);
  });

  it('are seen with the cookie alone, as pages load them', async () => {
    const { id } = await newRoom();
    const hill = await upload(alice, PNG, 'hill.png');
    await alice.emit('message:send', { roomId: id, clientMsgId: newClientMsgId(), text: '', attachments: [hill.id] });
    const account = { username: uniqueUsername('reader'), password: TEST_PASSWORD };
    const post = (path: string) =>
      fetch(product.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(account) });
    const registered = await post('/api/register');
    const cookie = registered.headers.getSetCookie()[0]!.split(';')[0]!;
    const { accessToken } = (await registered.json()) as { accessToken: string };
    const form = new FormData();
    form.set('file', new Blob([PNG]), 'own.png');
    const own = Media.parse(
      await (
        await fetch(`${product.url}/api/media`, { method: 'POST', body: form, headers: { authorization: `Bearer ${accessToken}` } })
      ).json(),
    );
    expect((await fetch(product.url + own.url, { headers: { cookie } })).status).toBe(200);
    expect((await fetch(product.url + hill.url, { headers: { cookie } })).status).toBe(404);
    expect((await fetch(product.url + own.url)).status).toBe(401);
    await fetch(`${product.url}/api/logout`, { method: 'POST', headers: { cookie } });
    expect((await fetch(product.url + own.url, { headers: { cookie } })).status).toBe(401);
  });
});
