import { randomUUID } from 'node:crypto';
import { ChatClient, HttpSession, eventually } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asking, refusal, type Ask } from './contract-caller.js';
import type { Place } from './world.js';

const newName = () => `person_${randomUUID().slice(0, 12)}`;
const PASSWORD = 'a long enough secret';

/** One test for each line of `docs/api` §2. `start` brings an installation. */
export const contractOfAccounts = (start: () => Promise<Place>) =>
  describe('accounts of docs/api §2', () => {
    let product: Place;
    let ask: Ask;

    beforeAll(async () => {
      product = await start();
      ask = asking(product.url);
    });
    afterAll(() => product?.[Symbol.asyncDispose]());

    const newPerson = async (): Promise<HttpSession> => {
      const person = new HttpSession(product.url);
      await person.register({ username: newName(), password: PASSWORD });
      return person;
    };
    const another = async (person: HttpSession, password = PASSWORD): Promise<HttpSession> => {
      const device = new HttpSession(product.url);
      await device.login(person.user!.username, password);
      return device;
    };

    it('POST /api/register: 201 with a password once, when none was given; a taken or reserved name is told', async () => {
      const username = newName();
      const { status, body, headers } = await ask(undefined, 'POST /api/register', { username });
      expect(status).toBe(201);
      expect(body).toMatchObject({
        user: { username, displayName: username },
        expiresIn: expect.any(Number),
        accessToken: expect.any(String),
      });
      expect((body as { generatedPassword: string }).generatedPassword.length).toBeGreaterThanOrEqual(16);
      expect(headers.getSetCookie().join()).toMatch(/^parley_session=[^;]+;.*HttpOnly/);
      expect(await ask(undefined, 'POST /api/register', { username: username.toUpperCase() })).toMatchObject(
        refusal(409, 'USERNAME_TAKEN'),
      );
      expect(await ask(undefined, 'POST /api/register', { username: 'support' })).toMatchObject(refusal(409, 'USERNAME_TAKEN'));
      expect(await ask(undefined, 'POST /api/register', { username: 'a b' })).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
    });

    it('POST /api/login: 200, and the same refusal for a wrong password and for nobody', async () => {
      const { username } = (await newPerson()).user!;
      const answer = await ask(undefined, 'POST /api/login', { username, password: PASSWORD });
      expect(answer).toMatchObject({ status: 200, body: { user: { username }, accessToken: expect.any(String) } });
      const refused = [
        await ask(undefined, 'POST /api/login', { username, password: 'something else' }),
        await ask(undefined, 'POST /api/login', { username: newName(), password: PASSWORD }),
      ];
      for (const each of refused) expect(each).toMatchObject(refusal(401, 'INVALID_CREDENTIALS'));
      const [wrong, nobody] = refused.map(({ body }) => ({ ...(body as object), requestId: undefined }));
      expect(wrong).toEqual(nobody);
    });

    it('POST /api/refresh: 200 with another cookie; without one 401', async () => {
      const person = await newPerson();
      const { status, body, headers } = await ask(person, 'POST /api/refresh');
      expect(status).toBe(200);
      expect(body).toMatchObject({ user: { id: person.userId } });
      expect(headers.getSetCookie().join()).toContain('parley_session=');
      expect(await ask(undefined, 'POST /api/refresh')).toMatchObject(refusal(401, 'UNAUTHENTICATED'));
    });

    it('POST /api/logout: 204, the token is worth nothing and the socket is told and cut within 2 s', async () => {
      const client = await new ChatClient({ url: product.url }).register();
      await client.connect();
      const reasons: unknown[] = [];
      client.on('session:ended', (ended) => reasons.push(ended));
      expect(await ask(client.http, 'POST /api/logout')).toMatchObject({ status: 204, body: undefined });
      await eventually(() => reasons.length === 1, { timeoutMs: 2_000 });
      await eventually(async () => expect(await ask(client.http, 'GET /api/me')).toMatchObject(refusal(401, 'UNAUTHENTICATED')), {
        timeoutMs: 2_000,
      });
      await client[Symbol.asyncDispose]();
    });

    it('GET and PATCH /api/me: one’s own profile', async () => {
      const person = await newPerson();
      expect(await ask(person, 'GET /api/me')).toMatchObject({ status: 200, body: { id: person.userId, bio: '', status: null } });
      const expiresAt = new Date(Date.now() + 60_000).toISOString();
      const change = { displayName: 'Ada', bio: 'counts', status: { emoji: '🌳', text: 'out', expiresAt } };
      expect(await ask(person, 'PATCH /api/me', change)).toMatchObject({ status: 200, body: change });
      expect(await ask(person, 'PATCH /api/me', { status: null })).toMatchObject({ body: { bio: 'counts', status: null } });
      expect(await ask(person, 'PATCH /api/me', { roles: ['administrator'] })).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
      expect(await ask(person, 'PATCH /api/me', { avatarMediaId: randomUUID() })).toMatchObject(refusal(409, 'MEDIA_NOT_ATTACHABLE'));
      expect(await ask(undefined, 'GET /api/me')).toMatchObject(refusal(401, 'UNAUTHENTICATED'));
    });

    it('POST /api/me/password: 204 and all other sessions end; a wrong current one is 403', async () => {
      const person = await newPerson();
      const other = await another(person);
      const wrong = { currentPassword: 'not it at all', newPassword: 'another long secret' };
      expect(await ask(person, 'POST /api/me/password', wrong)).toMatchObject(refusal(403, 'INVALID_CREDENTIALS'));
      expect(await ask(person, 'POST /api/me/password', { ...wrong, currentPassword: PASSWORD })).toMatchObject({ status: 204 });
      expect(await ask(other, 'POST /api/refresh')).toMatchObject({ status: 401 });
      expect(await ask(person, 'GET /api/me')).toMatchObject({ status: 200 });
      expect(await ask(undefined, 'POST /api/login', { username: person.user!.username, password: PASSWORD })).toMatchObject({
        status: 401,
      });
    });

    it('GET and DELETE /api/sessions: by device; one ends, or all others; nobody else’s', async () => {
      const person = await newPerson();
      const [phone, tablet, stranger] = [await another(person), await another(person), await newPerson()];
      const list = async () => (await person.call('GET /api/sessions')).sessions;
      const sessions = await list();
      expect(sessions.filter(({ current }) => current)).toHaveLength(1);
      expect(sessions).toHaveLength(3);
      const { id } = (await phone.call('GET /api/sessions')).sessions.find(({ current }) => current)!;
      expect(await ask(stranger, `DELETE /api/sessions/${id}`)).toMatchObject(refusal(404, 'SESSION_NOT_FOUND'));
      expect(await ask(person, `DELETE /api/sessions/${id}`)).toMatchObject({ status: 204 });
      expect(await ask(phone, 'POST /api/refresh')).toMatchObject({ status: 401 });
      expect(await ask(person, 'DELETE /api/sessions')).toMatchObject({ status: 204 });
      expect(await list()).toHaveLength(1);
      expect(await ask(tablet, 'POST /api/refresh')).toMatchObject({ status: 401 });
    });

    it('GET /api/users and one of them: without what is private', async () => {
      const [person, other] = [await newPerson(), await newPerson()];
      const { username } = other.user!;
      const found = await ask(person, `GET /api/users?query=${username}`);
      expect(found).toMatchObject({ status: 200, body: { users: [{ id: other.userId, username }], nextCursor: null } });
      expect(await ask(person, `GET /api/users/${other.userId}`)).toMatchObject({ status: 200, body: { username } });
      expect(await ask(person, `GET /api/users/${randomUUID()}`)).toMatchObject(refusal(404, 'USER_NOT_FOUND'));
      expect(await ask(undefined, `GET /api/users?query=${username}`)).toMatchObject(refusal(401, 'UNAUTHENTICATED'));
    });

    it('GET /api/users/:id/avatar: a picture for everybody, with an ETag', async () => {
      const { userId } = await newPerson();
      const { status, headers } = await ask(undefined, `GET /api/users/${userId}/avatar`);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^image\//);
      const again = await fetch(`${product.url}/api/users/${userId}/avatar`, { headers: { 'if-none-match': headers.get('etag')! } });
      expect(again.status).toBe(304);
    });

    it('GET /.well-known/jwks.json: public keys, and nothing of the private ones', async () => {
      const { status, body } = await ask(undefined, 'GET /.well-known/jwks.json');
      expect(status).toBe(200);
      const { keys } = body as { keys: Record<string, unknown>[] };
      expect(keys.length).toBeGreaterThan(0);
      for (const key of keys) expect(key).not.toHaveProperty('d');
    });
  });
