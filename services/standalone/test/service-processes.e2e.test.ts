import { ChatClient, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Constellation } from './support/constellation.js';

/** On the embedded adapters: without Redis, what one process fans out reaches the gateway's sockets by repair only. */
describe('services as processes of their own', () => {
  let constellation: Constellation;

  beforeAll(async () => {
    constellation = await Constellation.start({ auth: 1, rooms: 1, messages: 1, gateway: 1 }, { PARLEY_MODE: 'embedded' });
  });

  afterAll(() => constellation?.[Symbol.asyncDispose]());

  it('register, open a room, send, and read what was sent', async () => {
    await using alice = new ChatClient({ url: constellation.url });
    await using bob = new ChatClient({ url: constellation.url });
    for (const person of [alice, bob]) {
      await person.register();
      await person.connect();
    }
    const room = await alice.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } });
    await expect(bob.emit('message:send', { roomId: room.id, clientMsgId: newClientMsgId(), text: 'not yet' })).rejects.toMatchObject({
      code: 'NOT_A_MEMBER',
    });
    await bob.http.call('POST /api/chat/rooms/{id}/join', { params: { id: room.id } });
    await bob.emit('room:open', { roomId: room.id });

    const sent = await alice.emit('message:send', { roomId: room.id, clientMsgId: newClientMsgId(), text: 'through four processes' });
    await expect
      .poll(async () => (await bob.http.call('GET /api/chat/rooms/{id}/messages', { params: { id: room.id } })).messages, {
        timeout: 10_000,
      })
      .toMatchObject([{ id: sent.messageId, seq: 1, text: 'through four processes', sender: { id: alice.http.user?.id } }]);
  });

  it('stop cleanly when asked to', async () => {
    for (const service of constellation.all.toReversed()) expect(await service.stop()).toBe(0);
  });
});
