import { eventually } from '@parley/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OldClient } from '../support/old-client.js';
import { oldClients } from './old-clients.js';
import type { Place } from './world.js';

type Json = Record<string, unknown>;

/** The fourth application: seven calls of a REST API. What its callers need beside the cookie is the token of the answer. */
export function seed3(start: () => Promise<Place>): void {
  describe('seed 3: Real-Time Multi-User Chat Application', () => {
    const { newClient } = oldClients(start);
    let client: OldClient;
    let token = '';

    beforeAll(() => {
      client = newClient();
    });

    const call = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }> => {
      const response = await client.fetch(path, {
        method,
        headers: {
          ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Json) };
    };

    it('POST /api/register: creates an account', async () => {
      const account = { username: client.username, password: client.password };
      const made = await call('POST', '/api/register', account);
      expect(made).toMatchObject({ status: 201, body: { user: { username: client.username }, accessToken: expect.any(String) } });
      expect(await call('POST', '/api/register', account)).toMatchObject({ status: 409, body: { code: 'USERNAME_TAKEN' } });
    });

    it('POST /api/login: logs in to the account', async () => {
      const wrong = await call('POST', '/api/login', { username: client.username, password: 'wrong one' });
      expect(wrong).toMatchObject({ status: 401, body: { code: 'INVALID_CREDENTIALS' } });
      const { status, body } = await call('POST', '/api/login', { username: client.username, password: client.password });
      expect(status).toBe(200);
      token = String(body['accessToken']);
    });

    it('GET /api/chat/rooms: lists all available rooms', async () => {
      const names: unknown[] = [];
      for (let page = '/api/chat/rooms'; page !== '';) {
        const { status, body } = await call('GET', page);
        expect(status).toBe(200);
        names.push(...(body['rooms'] as Json[]).map(({ name }) => name));
        page = body['nextCursor'] ? `/api/chat/rooms?cursor=${String(body['nextCursor'])}` : '';
      }
      expect(names).toContain('general');
    });

    it('GET /api/chat/rooms/:id: tells the details of a room', async () => {
      const made = await call('POST', '/api/chat/rooms', { name: 'Workshop', topic: 'wood' });
      expect(made.status).toBe(201);
      const { status, body } = await call('GET', `/api/chat/rooms/${String(made.body['id'])}`);
      expect([status, body]).toEqual([200, expect.objectContaining({ name: 'Workshop', topic: 'wood', joined: true })]);
      expect((await call('GET', '/api/chat/rooms/0198c0de-0000-7000-8000-0000000000aa')).status).toBe(404);
    });

    it('POST and GET /api/chat/rooms/:id/messages: send a message, and list them', async () => {
      const { body } = await call('GET', '/api/chat/rooms?query=workshop');
      const id = String((body['rooms'] as Json[])[0]?.['id']);
      expect(await call('POST', `/api/chat/rooms/${id}/messages?wait=stored`, { text: 'first' })).toMatchObject({
        status: 201,
        body: { text: 'first', seq: 1 },
      });
      expect((await call('POST', `/api/chat/rooms/${id}/messages`, { text: 'second' })).status).toBe(202);
      await expect
        .poll(async () => ((await call('GET', `/api/chat/rooms/${id}/messages`)).body['messages'] as Json[]).map(({ text }) => text))
        .toEqual(['first', 'second']);
    });

    it('POST /api/logout: logs out of the account', async () => {
      expect((await call('POST', '/api/logout')).status).toBe(204);
      const asked = async () => (await call('GET', '/api/chat/rooms')).status === 401;
      await eventually(asked, { timeoutMs: 2_000, describe: 'the token is worth nothing, at any process' });
    });
  });
}
