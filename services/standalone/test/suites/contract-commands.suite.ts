import { ChatClient, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from './world.js';

/** What each event of a client answers, and what it answers those who may not: one test for each line of `docs/api` §5. */
export const contractOfCommands = (start: () => Promise<Place>) =>
  describe('events of clients of docs/api §5', () => {
    let product: Place;
    let alice: ChatClient;
    let stranger: ChatClient;
    /** Private, of alice alone. */
    let roomId: string;
    let messageId: string;

    beforeAll(async () => {
      product = await start();
      const arrive = async () => (await new ChatClient({ url: product.url }).register()).connect();
      [alice, stranger] = await Promise.all([arrive(), arrive()]);
      roomId = (await alice.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName(), visibility: 'private' } })).id;
      const body = { text: 'the first' };
      const stored = await alice.http.call('POST /api/chat/rooms/{id}/messages', {
        params: { id: roomId },
        query: { wait: 'stored' },
        body,
      });
      messageId = (stored as { id: string }).id;
    });
    afterAll(async () => {
      for (const client of [alice, stranger]) await client?.[Symbol.asyncDispose]();
      await product?.[Symbol.asyncDispose]();
    });

    const hidden = { ok: false, error: { code: 'ROOM_NOT_FOUND', retryable: false } };
    const members = { memberCount: expect.any(Number) as number, memberRev: expect.any(Number) as number };
    const lines: readonly { event: string; payload: () => object; data: () => object; stranger?: () => object }[] = [
      {
        event: 'message:send',
        payload: () => ({ roomId, clientMsgId: newClientMsgId(), text: 'hello', replyTo: messageId }),
        data: () => ({ messageId: expect.any(String), acceptedAt: expect.any(String) }),
      },
      { event: 'message:edit', payload: () => ({ roomId, messageId, text: 'another' }), data: () => ({ rev: 1 }) },
      { event: 'message:react', payload: () => ({ roomId, messageId, emoji: '🌳', on: true }), data: () => ({ rev: 2 }) },
      { event: 'message:delete', payload: () => ({ roomId, messageId }), data: () => ({ rev: 3 }) },
      {
        event: 'room:open',
        payload: () => ({ roomId }),
        data: () => ({ roomId, epoch: expect.any(Number), head: expect.any(Number), messages: expect.any(Array), ...members }),
      },
      {
        event: 'rooms:sync',
        payload: () => ({ rooms: [{ roomId, epoch: 1, lastSeq: 0 }] }),
        data: () => ({ rooms: [{ roomId, recovered: true, ...members }] }),
        stranger: () => ({ ok: true, data: { rooms: [{ roomId, error: { code: 'ROOM_NOT_FOUND' } }] } }),
      },
      { event: 'room:read', payload: () => ({ roomId, seq: 1 }), data: () => ({ readSeq: expect.any(Number) }) },
      { event: 'typing', payload: () => ({ roomId, on: true }), data: () => ({}) },
      { event: 'room:close', payload: () => ({ roomId }), data: () => ({}), stranger: () => ({ ok: true }) },
      {
        event: 'presence:watch',
        payload: () => ({ userIds: [alice.userId] }),
        data: () => ({ states: [{ userId: alice.userId, state: 'online' }] }),
        stranger: () => ({ ok: true, data: { states: [{ userId: alice.userId }] } }),
      },
      {
        event: 'auth:renew',
        payload: () => ({ token: alice.http.accessToken }),
        data: () => ({ expiresAt: expect.any(String) }),
        stranger: () => ({ ok: false }), // another person's token is none
      },
    ];

    it.each(lines)('$event', async ({ event, payload, data, stranger: answer = () => hidden }) => {
      expect(await alice.emitRaw(event, payload())).toMatchObject({ ok: true, data: data() });
      expect(await stranger.emitRaw(event, payload())).toMatchObject(answer());
    });
  });
