import { LIMITS, RegisterAnswer, UserRegistered } from '@parley/contracts';
import { TEST_PASSWORD, eventually, uniqueUsername } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthFixture } from './auth-fixture.js';

describe('registration', () => {
  let auth: AuthFixture;
  beforeAll(async () => {
    auth = await AuthFixture.start();
  });
  afterAll(() => auth[Symbol.asyncDispose]());

  const register = (body: unknown) => auth.call('POST /api/register', { body });

  it('makes exactly one of 20 people who come first the administrator', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, () => auth.register()));
    expect(people.filter(({ user }) => user.roles.includes('administrator'))).toHaveLength(1);
    expect((await auth.register()).user.roles).toEqual([]);
  });

  it('logs in: token, cookie and profile', async () => {
    const username = uniqueUsername('Alice');
    const { status, body, setCookie } = await register({ username, password: TEST_PASSWORD, displayName: '  Alice Liddell ' });
    expect(status).toBe(201);
    const { user, accessToken, expiresIn, generatedPassword } = RegisterAnswer.parse(body);
    expect(user).toMatchObject({ username, displayName: 'Alice Liddell', bio: '', status: null });
    expect(generatedPassword).toBeUndefined();
    expect(expiresIn).toBe(600);
    expect(setCookie).toHaveLength(1);
    expect(setCookie[0]).toMatch(/^parley_session=[\w-]{64}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/);
    const me = await auth.call('GET /api/me', { token: accessToken });
    expect(me.body).toEqual(user);
  });

  it('tells the log', async () => {
    const { user } = await auth.register();
    const facts = () => auth.events.filter(({ payload }) => (payload as UserRegistered).user?.id === user.id);
    await eventually(() => facts().length > 0);
    expect(facts()).toMatchObject([{ type: 'user.registered.v1', payload: { user } }]);
  });

  it.each([undefined, '', '   ', '\t'])('makes a password where none is given (%j)', async (password) => {
    const username = uniqueUsername();
    const { status, body } = await register({ username, ...(password === undefined ? {} : { password }) });
    expect(status).toBe(201);
    const { generatedPassword = '' } = RegisterAnswer.parse(body);
    expect(generatedPassword.length).toBeGreaterThanOrEqual(16);
    expect((await auth.login(username, generatedPassword)).status).toBe(200);
  });

  it('takes a name once, whatever its case, also when 10 ask at the same time', async () => {
    const username = uniqueUsername('Carol');
    const spellings = [username, username.toUpperCase(), username.toLowerCase()];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => register({ username: spellings[index % 3], password: TEST_PASSWORD })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
    expect((await register({ username: username.toUpperCase() })).body).toMatchObject({ code: 'USERNAME_TAKEN' });
  });

  it.each(['admin', 'Administrator', 'SYSTEM', 'support', 'everyone', 'here', 'All', 'Parley', 'adrnin', 'a1l'])(
    'reserves %s',
    async (username) => {
      const answer = await register({ username, password: TEST_PASSWORD });
      expect(answer).toMatchObject({ status: 409, body: { code: 'USERNAME_TAKEN' } });
    },
  );

  it('takes no name that looks like one that somebody has, whoever asks first', async () => {
    const stem = uniqueUsername('pal'); // its end is of hexadecimal digits
    const alike = [`${stem}_mIl0`, `${stem}_rnll0`, `${stem}_mlIO`];
    const answers = await Promise.all(alike.map((username) => register({ username, password: TEST_PASSWORD })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    expect((await register({ username: `${stem}_mill0`, password: TEST_PASSWORD })).status).toBe(201);
  });

  it('leaves display names that speak for the installation to its administrators', async () => {
    const body = { username: uniqueUsername(), password: TEST_PASSWORD, displayName: 'Suppоrt' }; // the o is Cyrillic
    expect(await register(body)).toMatchObject({ status: 400, body: { errors: [{ path: 'displayName' }] } });
  });

  it.each([
    ['a top password', 'password'],
    ['one in other letters', 'Qwerty123'],
    ['one far down the list', 'trustno1'],
    ["the product's name", 'Parley'],
    ['decorated', 'parley-2026!'],
    ['twice', 'parleyPARLEY'],
    ['with company', 'Parley_Chat_1'],
  ])('refuses guessable passwords: %s', async (_, password) => {
    const answer = await register({ username: uniqueUsername(), password });
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED', errors: [{ path: 'password' }] } });
  });

  it('refuses the user name as a password', async () => {
    const username = uniqueUsername();
    expect((await register({ username, password: username.toUpperCase() })).status).toBe(400);
  });

  it('takes long passwords whole', async () => {
    const username = uniqueUsername();
    const common = 'x'.repeat(72);
    const password = `${common}12345678`;
    expect((await register({ username, password })).status).toBe(201);
    expect((await auth.login(username, `${common}87654321`)).status).toBe(401);
    expect((await auth.login(username, password)).status).toBe(200);
    expect((await register({ username: uniqueUsername(), password: 'é'.repeat(LIMITS.passwordMax) })).status).toBe(201);
    expect((await register({ username: uniqueUsername(), password: 'é'.repeat(LIMITS.passwordMax + 1) })).status).toBe(400);
    expect((await register({ username: uniqueUsername(), password: 'seven77' })).status).toBe(400);
  });

  it('refuses enormous bodies before any work', async () => {
    const answer = await register({ username: uniqueUsername(), password: 'x'.repeat(1_000_000) });
    expect([400, 413]).toContain(answer.status);
  });

  it.each([
    { role: 'administrator' },
    { roles: ['administrator'] },
    { isAdmin: true },
    { isAdministrator: true },
    { id: '01900000-0000-7000-8000-000000000000' },
    { emailVerified: true },
    { createdAt: '2020-01-01T00:00:00.000Z' },
  ])('refuses fields that are not the caller’s to set: %j', async (extra) => {
    const username = uniqueUsername();
    expect(await register({ username, password: TEST_PASSWORD, ...extra })).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED' },
    });
    expect((await register({ username, password: TEST_PASSWORD })).status).toBe(201);
  });

  it.each<[string, unknown]>([
    ['an operator for a name', { username: { $ne: null }, password: TEST_PASSWORD }],
    ['a list for a name', { username: ['abc'], password: TEST_PASSWORD }],
    ['an object for a password', { username: 'somebody', password: { _type: 'raw' } }],
    ['a number for a password', { username: 'somebody', password: 12345678 }],
    ['null for a password', { username: 'somebody', password: null }],
    ['a short name', { username: 'ab' }],
    ['a long name', { username: 'a'.repeat(33) }],
    ['other letters', { username: 'ünïcode' }],
    ['spaces', { username: 'two words' }],
    ['U+0000', { username: 'nul\u0000nul' }],
    ['a display name that turns text around', { username: 'somebody', displayName: 'evil\u202Etxt' }],
    ['an empty display name', { username: 'somebody', displayName: '  ' }],
    ['no name', {}],
    ['a list', []],
    ['a string', '"text"'],
    ['no JSON', '{"username":'],
    ['prototype games', '{"__proto__":{"isAdministrator":true},"username":"somebody"}'],
  ])('answers bad input with 400: %s', async (_, body) => {
    const answer = await register(body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('refuses other web sites', async () => {
    const body = { username: uniqueUsername(), password: TEST_PASSWORD };
    const answer = await auth.call('POST /api/register', { body, headers: { origin: 'https://evil.example' } });
    expect(answer).toMatchObject({ status: 403, body: { code: 'ORIGIN_REFUSED' }, cookie: undefined });
  });
});
