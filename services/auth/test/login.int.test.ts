import { SessionAnswer } from '@parley/contracts';
import { TEST_PASSWORD, uniqueUsername } from '@parley/testing';
import { hash } from '@node-rs/argon2';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthFixture, type Person } from './auth-fixture.js';

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

describe('log-in', () => {
  let auth: AuthFixture;
  let alice: Person;
  beforeAll(async () => {
    auth = await AuthFixture.start();
    alice = await auth.register(uniqueUsername('Alice'));
  });
  afterAll(() => auth[Symbol.asyncDispose]());

  const hashOf = async ({ user }: Person) =>
    (await auth.database.query<{ password_hash: string }>('SELECT password_hash FROM auth.credentials WHERE user_id = $1', [user.id]))[0]
      ?.password_hash ?? '';

  it('answers with profile, token and cookie, whatever the case of the name', async () => {
    const { status, body, cookie } = await auth.login(alice.user.username.toUpperCase(), alice.password);
    expect(status).toBe(200);
    const answer = SessionAnswer.parse(body);
    expect(answer.user).toEqual(alice.user);
    expect(cookie).not.toBe(alice.cookie);
    expect(await auth.statusOf(answer)).toBe(200);
  });

  it('signs tokens as the contract says', async () => {
    expect(decodeProtectedHeader(alice.accessToken)).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: expect.any(String) as string });
    const { iat = 0, ...claims } = decodeJwt(alice.accessToken);
    expect(claims).toEqual({
      iss: 'parley',
      aud: 'parley',
      sub: alice.user.id,
      sid: expect.any(String) as string,
      jti: expect.any(String) as string,
      roles: ['administrator'],
      exp: iat + 600,
    });
  });

  it('answers the same for an unknown person and a wrong password, in the same time', async () => {
    const attempt = async (username: string) => {
      const begin = performance.now();
      const answer = await auth.login(username, 'wrong password');
      return { ms: performance.now() - begin, answer };
    };
    const times: Record<string, number[]> = { known: [], unknown: [] };
    for (let round = 0; round < 40; round += 1) {
      const known = await attempt(alice.user.username);
      const unknown = await attempt(uniqueUsername('nobody'));
      const [a, b] = [known.answer.body, unknown.answer.body].map((body) => ({ ...(body as object), requestId: '' }));
      expect(a).toEqual(b);
      expect([known.answer.status, unknown.answer.status]).toEqual([401, 401]);
      expect(a).toMatchObject({ code: 'INVALID_CREDENTIALS' });
      times['known']?.push(known.ms);
      times['unknown']?.push(unknown.ms);
    }
    expect(Math.abs(median(times['known'] ?? []) - median(times['unknown'] ?? []))).toBeLessThan(20);
  });

  it.each(['', 'x', 'no such name', 'nul\u0000', "' OR 1=1 --", 'ünïcode', 'a'.repeat(256)])(
    'treats what cannot be a name as unknown or malformed: %j',
    async (username) => {
      const { status, body } = await auth.login(username, 'wrong password');
      expect([400, 401]).toContain(status);
      expect(['VALIDATION_FAILED', 'INVALID_CREDENTIALS']).toContain((body as { code: string }).code);
    },
  );

  it.each<[string, unknown]>([
    ['an operator', { username: { $ne: null }, password: { $ne: null } }],
    ['lists', { username: ['a'], password: ['b'] }],
    ['unknown fields', { username: 'alice', password: 'whatever', remember: true }],
    ['no password', { username: 'alice' }],
    ['an enormous password', { username: 'alice', password: 'x'.repeat(1025) }],
  ])('answers bad input with 400: %s', async (_, body) => {
    expect(await auth.call('POST /api/login', { body })).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });

  it('stores argon2id and renews hashes of lesser cost', async () => {
    const bob = await auth.register();
    const strong = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;
    expect(await hashOf(bob)).toMatch(strong);
    const weak = await hash(bob.password, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await auth.database.query('UPDATE auth.credentials SET password_hash = $2 WHERE user_id = $1', [bob.user.id, weak]);
    expect((await auth.login(bob.user.username, 'wrong password')).status).toBe(401);
    expect(await hashOf(bob)).toBe(weak);
    expect((await auth.login(bob.user.username, bob.password)).status).toBe(200);
    expect(await hashOf(bob)).toMatch(strong);
    expect((await auth.login(bob.user.username, bob.password)).status).toBe(200);
  });

  it('leaves the former session of the browser, so that nobody else can go on with it', async () => {
    const bob = await auth.register();
    const again = await auth.call('POST /api/login', {
      body: { username: bob.user.username, password: bob.password },
      cookie: bob.cookie,
    });
    expect(again.status).toBe(200);
    expect(again.cookie).not.toBe(bob.cookie);
    expect(await auth.statusOf(bob)).toBe(401);
    expect((await auth.call('POST /api/refresh', { cookie: bob.cookie })).status).toBe(401);
    expect((await auth.call('POST /api/refresh', { cookie: again.cookie })).status).toBe(200);
  });

  it('does not take over a session that the attacker chose', async () => {
    const chosen = `parley_session=${'A'.repeat(64)}`;
    const answer = await auth.call('POST /api/login', {
      body: { username: alice.user.username, password: alice.password },
      cookie: chosen,
    });
    expect(answer.cookie).not.toBe(chosen);
    expect((await auth.call('POST /api/refresh', { cookie: chosen })).status).toBe(401);
  });

  it('refuses other web sites, however much they look like ours', async () => {
    const body = { username: alice.user.username, password: alice.password };
    for (const origin of ['https://evil.example', 'null', `${auth.url}.evil.example`, `http://evil.127.0.0.1:${auth.app.port}`]) {
      expect(await auth.call('POST /api/login', { body, headers: { origin } })).toMatchObject({ status: 403, cookie: undefined });
    }
    expect((await auth.call('POST /api/login', { body, headers: { origin: `http://localhost:${auth.app.port}` } })).status).toBe(200);
  });

  it('prints no secret', async () => {
    await auth.call(`GET /api/me?token=${alice.accessToken}`, { token: alice.accessToken });
    expect(auth.secrets.size).toBeGreaterThan(5);
    const printed = auth.logLines.join('') + JSON.stringify(auth.events.map(({ payload }) => payload));
    expect(printed.length).toBeGreaterThan(1000);
    for (const secret of auth.secrets) expect(printed).not.toContain(secret);
  });
});

describe('log-in under attack', () => {
  let auth: AuthFixture;
  beforeAll(async () => {
    auth = await AuthFixture.start({ limitsFactor: 1 });
  });
  afterAll(() => auth[Symbol.asyncDispose]());

  it('allows 5 attempts a minute per account and address, and locks nobody out', async () => {
    const { user } = await auth.register();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 20; attempt += 1)
      statuses.push((await auth.login(user.username, 'wrong password', '203.0.113.5')).status);
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(new Set(statuses.slice(6))).toEqual(new Set([429]));
    const limited = await auth.login(user.username, TEST_PASSWORD, '203.0.113.5');
    expect(limited).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await auth.login(user.username, TEST_PASSWORD, '203.0.113.6')).status).toBe(200);
  });

  it('allows 30 attempts a minute per address over all accounts', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async () => (await auth.login(uniqueUsername('spray'), 'Summer2026!', '203.0.113.77')).status),
    );
    const limited = statuses.filter((status) => status === 429).length;
    expect(limited).toBeGreaterThanOrEqual(25);
    expect(limited).toBeLessThanOrEqual(30);
  });

  it('counts the addresses of one IPv6 subscriber together', async () => {
    const attempts = Array.from({ length: 60 }, (_, index) =>
      auth.login(uniqueUsername('six'), 'Summer2026!', `2001:db8:1:2::${index.toString(16)}`),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(25);
  });

  it('does not believe an address that the client made up', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const body = { username: 'made_up_address', password: 'wrong password' };
      const headers = { 'x-forwarded-for': `10.0.0.${attempt}, 203.0.113.99` };
      statuses.push((await auth.call('POST /api/login', { body, headers })).status);
    }
    expect(statuses.slice(6)).toEqual([429, 429]);
  });

  it('allows 30 registrations a minute per address', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, () =>
        auth.call('POST /api/register', { body: { username: 'admin' }, headers: { 'x-forwarded-for': '203.0.113.88' } }),
      ),
    );
    const limited = answers.filter(({ status }) => status === 429).length;
    expect(limited).toBeGreaterThanOrEqual(8);
    expect(limited).toBeLessThanOrEqual(10);
  });
});

describe('log-in in a crowd', () => {
  it('computes 2 hashes at once, lets 50 wait and tells the others to come back', async () => {
    await using auth = await AuthFixture.start();
    const { user, password } = await auth.register();
    const answers = await Promise.all(Array.from({ length: 200 }, () => auth.login(user.username, password)));
    const busy = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(50);
    expect(answers.filter(({ status }) => status === 200).length + busy.length).toBe(200);
    expect(busy.length).toBeGreaterThan(0);
    for (const answer of busy) {
      expect(answer.body).toMatchObject({ code: 'BUSY' });
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect((await auth.login(user.username, password)).status).toBe(200);
  });
});
