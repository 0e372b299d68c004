import { AccessTokenVerifier } from '@parley/chat';
import { TEST_PASSWORD, uniqueUsername } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CookieAccountService } from '../src/http/cookie-account.service.js';
import { AuthFixture } from './auth-fixture.js';

describe('accounts by cookie', () => {
  let auth: AuthFixture;
  const accounts = () => auth.app.get(CookieAccountService);
  const from = (address: string, setCookie?: string) => ({
    address,
    userAgent: 'curl/8.9',
    ...(setCookie === undefined ? {} : { cookie: `theme=dark; ${setCookie.split(';', 1)[0]}` }),
  });

  beforeAll(async () => {
    auth = await AuthFixture.start({ limitsFactor: 1 });
  });
  afterAll(() => auth[Symbol.asyncDispose]());

  it('registers, logs in and logs out as the own edge does', async () => {
    const username = uniqueUsername('classic');
    const registered = await accounts().register({ username, password: TEST_PASSWORD }, from('198.51.100.1'));
    expect(registered.answer.user.username).toBe(username);
    expect(registered.setCookie).toMatch(/^parley_session=[\w-]{64}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
    const { answer, setCookie } = await accounts().login({ username, password: TEST_PASSWORD }, from('198.51.100.1'));
    expect(answer.user.id).toBe(registered.answer.user.id);
    expect(await accounts().logout(from('198.51.100.1', setCookie))).toMatch(/^parley_session=; .*Expires=Thu, 01 Jan 1970/);
    expect(await accounts().identify(from('198.51.100.1', setCookie))).toBeUndefined();
    expect(await accounts().identify(from('198.51.100.1', registered.setCookie))).toMatchObject({ userId: answer.user.id });
  });

  it('generates a password for who brings none', async () => {
    const { answer } = await accounts().register({ username: uniqueUsername('classic') }, from('198.51.100.2'));
    expect(answer.generatedPassword?.length).toBeGreaterThanOrEqual(16);
  });

  it('gives an access token for a cookie without changing the cookie', async () => {
    const { setCookie, answer } = await accounts().register({ username: uniqueUsername('classic') }, from('198.51.100.3'));
    const callers = await Promise.all([1, 2, 3].map(() => accounts().identify(from('198.51.100.3', setCookie))));
    for (const caller of callers) {
      const { userId, expiresAt } = await auth.app.get(AccessTokenVerifier).verify(caller?.accessToken);
      expect(userId).toBe(answer.user.id);
      expect(expiresAt - Date.now()).toBeLessThanOrEqual(60_000);
    }
    expect((await auth.call('POST /api/refresh', { cookie: setCookie.split(';', 1)[0] })).status).toBe(200);
  });

  it.each([undefined, 'parley_session=', 'parley_session=nonsense', `parley_session=${'A'.repeat(64)}`])(
    'knows nobody by %s',
    async (cookie) => {
      expect(await accounts().identify(from('198.51.100.4', cookie))).toBeUndefined();
      expect(await accounts().logout(from('198.51.100.4', cookie))).toContain('parley_session=;');
    },
  );

  it('limits log-ins by the address of the visitor, not of the edge', async () => {
    const username = uniqueUsername('classic');
    await accounts().register({ username, password: TEST_PASSWORD }, from('198.51.100.5'));
    const guess = () => accounts().login({ username, password: 'wrong' }, from('198.51.100.5'));
    for (let count = 0; count < 5; count += 1) await expect(guess()).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    await expect(guess()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    const elsewhere = await accounts().login({ username, password: TEST_PASSWORD }, from('198.51.100.6'));
    expect(elsewhere.answer.user.username).toBe(username);
  });
});
