import { SessionAnswer } from '@parley/contracts';
import { eventually } from '@parley/testing';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RevokedSessions } from '@parley/chat';
import { AuthFixture, type Person } from './auth-fixture.js';

describe('refresh', () => {
  let auth: AuthFixture;
  beforeAll(async () => {
    auth = await AuthFixture.start();
  });
  afterAll(() => auth[Symbol.asyncDispose]());

  const refresh = (cookie: string | undefined) => auth.call('POST /api/refresh', { cookie });
  const sessionOf = (person: { accessToken: string }) => String(decodeJwt(person.accessToken)['sid']);

  /** Lets time pass for one session, as far as it can tell. */
  const age = (person: Person, column: 'rotated_at' | 'expires_at', interval: string) =>
    auth.database.query(`UPDATE auth.sessions SET ${column} = ${column} - $2::interval WHERE id = $1`, [sessionOf(person), interval]);

  const endReasons = (person: Person) =>
    auth.events
      .filter(({ type, payload }) => type === 'session.revoked.v1' && (payload as { sessionId: string }).sessionId === sessionOf(person))
      .map(({ payload }) => (payload as { reason: string }).reason);

  it('gives a new token and a new cookie of the same session', async () => {
    const person = await auth.register();
    const { status, body, cookie } = await refresh(person.cookie);
    expect(status).toBe(200);
    const answer = SessionAnswer.parse(body);
    expect(answer.user).toEqual(person.user);
    expect(answer.accessToken).not.toBe(person.accessToken);
    expect(sessionOf(answer)).toBe(sessionOf(person));
    expect(cookie).not.toBe(person.cookie);
    expect((await refresh(cookie)).status).toBe(200);
  });

  it('stores no cookie, only hashes', async () => {
    const person = await auth.register();
    const { cookie = '' } = await refresh(person.cookie);
    const rows = JSON.stringify(await auth.database.query(`SELECT s::text FROM auth.sessions s WHERE id = $1`, [sessionOf(person)]));
    for (const pair of [person.cookie, cookie]) {
      const bytes = Buffer.from(pair.split('=')[1] ?? '', 'base64url').subarray(16);
      expect(rows).not.toContain(bytes.toString('hex'));
      expect(rows).not.toContain(pair.split('=')[1]);
    }
  });

  it('answers ten parallel refreshes with one successor', async () => {
    const person = await auth.register();
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(person.cookie)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ cookie }) => cookie)).size).toBe(1);
    expect((await refresh(answers[0]?.cookie)).status).toBe(200);
    for (const { body } of answers) expect(await auth.statusOf(SessionAnswer.parse(body))).toBe(200);
  });

  it('answers the direct predecessor again for 10 s, because answers get lost', async () => {
    const person = await auth.register();
    const first = await refresh(person.cookie);
    await age(person, 'rotated_at', '9 seconds');
    const again = await refresh(person.cookie);
    expect(again).toMatchObject({ status: 200, cookie: first.cookie });
  });

  it('ends the session when the predecessor comes later than that', async () => {
    const person = await auth.register();
    const first = await refresh(person.cookie);
    let cut = '';
    auth.app.get(RevokedSessions).onRevoked(sessionOf(person), (reason) => (cut = reason));
    await age(person, 'rotated_at', '11 seconds');
    expect(await refresh(person.cookie)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' }, cookie: undefined });
    expect(cut).toBe('token-reuse');
    expect((await refresh(first.cookie)).status).toBe(401);
    expect(await auth.statusOf(SessionAnswer.parse(first.body))).toBe(401);
    await eventually(() => endReasons(person).length > 0);
    expect(endReasons(person)).toEqual(['token-reuse']);
  });

  it('ends the session when any older cookie comes, within the 10 s too', async () => {
    const person = await auth.register();
    const second = await refresh(person.cookie);
    const third = await refresh(second.cookie);
    expect(third.status).toBe(200);
    expect((await refresh(person.cookie)).status).toBe(401);
    expect((await refresh(third.cookie)).status).toBe(401);
    expect(await auth.statusOf(person)).toBe(401);
  });

  it('recognises cookies of long ago', async () => {
    const person = await auth.register();
    let { cookie } = await refresh(person.cookie);
    for (let round = 0; round < 20; round += 1) cookie = (await refresh(cookie)).cookie;
    expect((await refresh(person.cookie)).status).toBe(401);
    expect((await refresh(cookie)).status).toBe(401);
  });

  it('ends no session for an invented cookie', async () => {
    const person = await auth.register();
    const bytes = Buffer.from(person.cookie.split('=')[1] ?? '', 'base64url');
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    expect((await refresh(`parley_session=${bytes.toString('base64url')}`)).status).toBe(401);
    expect(await auth.statusOf(person)).toBe(200);
    expect((await refresh(person.cookie)).status).toBe(200);
  });

  it('ends 30 days after the log-in, however often it was refreshed', async () => {
    const person = await auth.register();
    await age(person, 'expires_at', '29 days 23 hours 59 minutes');
    const late = await refresh(person.cookie);
    expect(late.status).toBe(200);
    expect(SessionAnswer.parse(late.body).expiresIn).toBeLessThanOrEqual(60);
    expect(Number(/Max-Age=(\d+)/.exec(late.setCookie[0] ?? '')?.[1])).toBeLessThanOrEqual(60);
    await age(person, 'expires_at', '2 minutes');
    expect((await refresh(late.cookie)).status).toBe(401);
  });

  it.each([
    undefined,
    'parley_session=',
    'parley_session=x',
    `parley_session=${'A'.repeat(64)}`,
    `parley_session=${'_'.repeat(5000)}`,
    'other=1',
  ])('refuses what is no session cookie: %s', async (cookie) => {
    expect(await refresh(cookie)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
  });

  it('does not take access tokens for cookies or cookies for access tokens', async () => {
    const person = await auth.register();
    expect((await refresh(`parley_session=${person.accessToken}`)).status).toBe(401);
    expect((await auth.call('POST /api/refresh', { token: person.accessToken })).status).toBe(401);
    expect(await auth.statusOf({ accessToken: person.cookie.split('=')[1] ?? '' })).toBe(401);
    expect((await auth.call('GET /api/me', { cookie: person.cookie })).status).toBe(401);
  });

  it('refuses other web sites, which the cookie may travel along with', async () => {
    const person = await auth.register();
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }] as Record<
      string,
      string
    >[])
      for (const route of ['POST /api/refresh', 'POST /api/logout'])
        expect(await auth.call(route, { cookie: person.cookie, headers })).toMatchObject({ status: 403, body: { code: 'ORIGIN_REFUSED' } });
    expect((await refresh(person.cookie)).status).toBe(200);
  });

  it('refuses fields and parameters that it does not know', async () => {
    const person = await auth.register();
    expect((await auth.call('POST /api/refresh', { cookie: person.cookie, body: { token: 'x' } })).status).toBe(400);
    expect((await auth.call('POST /api/refresh?cookie=x', { cookie: person.cookie })).status).toBe(400);
  });
});

describe('behind TLS', () => {
  it('binds the cookie to the host and to TLS, and takes no other', async () => {
    await using auth = await AuthFixture.start({ env: { PARLEY_PUBLIC_URL: 'https://chat.example' } });
    const headers = { origin: 'https://chat.example', 'x-forwarded-proto': 'https', host: 'evil.example' };
    const answer = await auth.call('POST /api/register', { body: { username: 'alice' }, headers });
    expect(answer.status).toBe(201);
    expect(answer.setCookie[0]).toMatch(/^__Host-parley_session=[\w-]{64}; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    const plain = answer.cookie?.replace('__Host-', '');
    expect((await auth.call('POST /api/refresh', { cookie: plain })).status).toBe(401);
    expect((await auth.call('POST /api/refresh', { cookie: answer.cookie })).status).toBe(200);
  });
});
