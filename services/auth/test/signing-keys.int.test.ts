import { AuthDatabase, authSchema } from '../src/db/auth.database.js';
import { authConfig } from '../src/auth.config.js';
import { KeyRotation } from '../src/keys/key-rotation.js';
import { SigningKeys } from '../src/keys/signing-keys.service.js';
import { configOf, loadConfig } from '@parley/runtime';
import { SessionAnswer } from '@parley/contracts';
import { createTestDatabase } from '@parley/db/testing';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthFixture } from './auth-fixture.js';

const MINUTE = 60_000;

describe('signing keys', () => {
  let auth: AuthFixture;
  beforeEach(async () => {
    auth = await AuthFixture.start();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await auth[Symbol.asyncDispose]();
  });

  const jwks = async () => (await auth.call('GET /.well-known/jwks.json')).body as JSONWebKeySet;
  const kidOf = ({ accessToken }: { accessToken: string }) => decodeProtectedHeader(accessToken).kid ?? '';
  const passTime = (ms: number) => vi.setSystemTime(Date.now() + ms);

  it('are published without their private half, for anyone who checks tokens', async () => {
    const person = await auth.register();
    const { status, headers, body } = await auth.call('GET /.well-known/jwks.json');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    const x = expect.any(String) as string;
    expect(body).toEqual({ keys: [{ kty: 'OKP', crv: 'Ed25519', x, kid: kidOf(person), use: 'sig', alg: 'EdDSA' }] });
    const { payload } = await jwtVerify(person.accessToken, createLocalJWKSet(body as JSONWebKeySet), {
      issuer: 'parley',
      audience: 'parley',
    });
    expect(payload.sub).toBe(person.user.id);
  });

  it('are published before they sign, and for as long as their tokens live', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const person = await auth.register();
    const old = kidOf(person);
    const keys = auth.app.get(SigningKeys);
    await keys.rotate();
    expect((await jwks()).keys).toHaveLength(2);
    expect(kidOf(await auth.register())).toBe(old);

    passTime(14 * MINUTE);
    expect(kidOf(await auth.register())).toBe(old);
    passTime(2 * MINUTE);
    const fresh = await auth.register();
    expect(kidOf(fresh)).not.toBe(old);
    expect((await jwks()).keys.map(({ kid }) => kid)).toEqual([old, kidOf(fresh)]);
    expect(await auth.statusOf(fresh)).toBe(200);

    passTime(62 * MINUTE);
    expect((await jwks()).keys.map(({ kid }) => kid)).toEqual([kidOf(fresh)]);
  });

  it('are not rotated twice in one go', async () => {
    const keys = auth.app.get(SigningKeys);
    await Promise.all([keys.rotate(), keys.rotate(), keys.rotate()]);
    expect((await jwks()).keys).toHaveLength(2);
  });

  it('outlive a restart', async () => {
    const answer = SessionAnswer.parse((await auth.call('POST /api/register', { body: { username: 'alice' } })).body);
    const again = new SigningKeys(auth.database);
    await again.onModuleInit();
    expect((await again.current()).id).toBe(kidOf(answer));
  });

  it('are made once when several processes start at the same time', async () => {
    await using created = await createTestDatabase([authSchema]);
    const database = new AuthDatabase({ url: created.url }, authSchema);
    await database.open();
    const processes = Array.from({ length: 4 }, () => new SigningKeys(database));
    await Promise.all(processes.map((each) => each.onModuleInit()));
    expect(new Set(await Promise.all(processes.map(async (each) => (await each.current()).id))).size).toBe(1);
    await database.close();
  });

  it('are brought in by age, unless that is switched off', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const keys = auth.app.get(SigningKeys);
    const look = async (KEY_DAYS: number) => {
      const rotation = new KeyRotation(keys, { ...configOf(loadConfig([authConfig], {}), authConfig), KEY_DAYS });
      rotation.onApplicationBootstrap();
      await rotation.beforeApplicationShutdown();
      return (await keys.list()).length;
    };
    passTime(29 * 24 * 60 * MINUTE);
    expect(await look(30)).toBe(1);
    passTime(2 * 24 * 60 * MINUTE);
    expect(await look(0)).toBe(1);
    expect(await Promise.all([look(30), look(30)])).toEqual([2, 2]);
    expect(await look(30)).toBe(2);
  });

  it('are replaced at once when they have leaked, and sessions go on', async () => {
    const person = await auth.register();
    await auth.app.get(SigningKeys).replaceAll();
    const { keys } = await jwks();
    expect(keys.map(({ kid }) => kid)).not.toContain(kidOf(person));
    expect(keys).toHaveLength(1);
    expect(kidOf(await auth.register())).toBe(keys[0]?.kid);
  });
});
