import { createHmac } from 'node:crypto';
import { base64url } from 'jose';
import { v7 as uuidV7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { RevokedSessions } from './revoked-sessions.js';
import { FakeSessions, FakeTail } from './sessions.fakes.js';

const json = (value: unknown) => base64url.encode(JSON.stringify(value));

describe('AccessTokenVerifier', () => {
  let sessions: FakeSessions;
  let revoked: RevokedSessions;
  let verifier: AccessTokenVerifier;
  const refused = { code: 'UNAUTHENTICATED' };

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    sessions = new FakeSessions();
    await sessions.addKey('first');
    revoked = new RevokedSessions(sessions, new FakeTail().asEventLog());
    verifier = new AccessTokenVerifier(sessions, revoked);
  });
  afterEach(() => vi.useRealTimers());

  const passTime = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
  const now = () => Math.floor(Date.now() / 1000);

  it('says whose token it is', async () => {
    const [sub, sid] = [uuidV7(), uuidV7()];
    const token = await sessions.sign('first', { sub, sid, roles: ['administrator'], exp: now() + 60 });
    await expect(verifier.verify(token)).resolves.toEqual({
      userId: sub,
      sessionId: sid,
      roles: ['administrator'],
      expiresAt: (now() + 60) * 1000,
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['another audience', { aud: 'elsewhere' }],
    ['another issuer', { iss: 'elsewhere' }],
    ['another type', { header: { typ: 'JWT' } }],
    ['no type', { header: { typ: undefined } }],
    ['no end', { exp: undefined }],
    ['no beginning', { iat: undefined }],
    ['an end long ago', { exp: Math.floor(Date.now() / 1000) - 61 }],
    ['a beginning to come', { nbf: Math.floor(Date.now() / 1000) + 3 }],
    ['no subject', { sub: undefined }],
    ['a subject that is no id', { sub: '../admin' }],
    ['no session', { sid: undefined }],
    ['a session that is no id', { sid: { $ne: null } }],
    ['a role that does not exist', { roles: ['root'] }],
    ['roles that are no list', { roles: 'administrator' }],
    ['a key by address', { header: { jku: 'https://elsewhere.example/jwks.json' } }],
    ['a certificate by address', { header: { x5u: 'https://elsewhere.example/cert' } }],
    ['a key of its own', { header: { jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' } } }],
    ['a critical extension', { header: { crit: ['b64'], b64: true } }],
  ])('refuses %s', async (_, claims) => {
    const token = await sessions.sign('first', claims);
    await expect(verifier.verify(token)).rejects.toMatchObject(refused);
  });

  it.each(['none', 'None', 'NONE'])('refuses tokens without signature (%s)', async (alg) => {
    const [, payload] = (await sessions.sign('first')).split('.');
    for (const signature of ['', 'AAAA']) {
      await expect(verifier.verify(`${json({ alg, typ: 'at+jwt', kid: 'first' })}.${payload}.${signature}`)).rejects.toMatchObject(refused);
    }
  });

  it('refuses HS256 signed with the public key', async () => {
    const [, payload] = (await sessions.sign('first')).split('.');
    const head = json({ alg: 'HS256', typ: 'at+jwt', kid: 'first' });
    for (const secret of [JSON.stringify(sessions.keys[0]), sessions.keys[0]?.x ?? '']) {
      const signature = createHmac('sha256', secret).update(`${head}.${payload}`).digest('base64url');
      await expect(verifier.verify(`${head}.${payload}.${signature}`)).rejects.toMatchObject(refused);
    }
  });

  it('refuses a changed payload, a foreign signature and what is no token at all', async () => {
    const [head, payload, signature] = (await sessions.sign('first')).split('.');
    const other = (await sessions.sign('first')).split('.')[1];
    const stranger = new FakeSessions();
    await stranger.addKey('first');
    const hostile = [
      `${head}.${other}.${signature}`,
      await stranger.sign('first'),
      `${head}.${payload}`,
      `${head}.${payload}.${signature}.`,
      '',
      '..',
      '\u0000',
      'a.b.c',
    ];
    for (const token of [...hostile, 'x'.repeat(1_000_000), undefined, null, 7, {}, ['a'], `${json(null)}.${payload}.${signature}`]) {
      await expect(verifier.verify(token)).rejects.toMatchObject(refused);
    }
  });

  it('asks once for 1,000 unknown keys and again after 30 s', async () => {
    await verifier.verify(await sessions.sign('first'));
    expect(sessions.keyRequests).toBe(1);
    const [, payload, signature] = (await sessions.sign('first')).split('.');
    const tokenWith = (kid: unknown) => `${json({ alg: 'EdDSA', typ: 'at+jwt', kid })}.${payload}.${signature}`;
    for (const kid of ['../../etc/passwd', "' OR 1=1 --", '', 7, null, ['first'], 'x'.repeat(65)]) {
      await expect(verifier.verify(tokenWith(kid))).rejects.toMatchObject(refused);
    }
    passTime(31);
    await Promise.all(
      Array.from({ length: 1000 }, async (_, index) => expect(verifier.verify(tokenWith(`kid-${index}`))).rejects.toMatchObject(refused)),
    );
    expect(sessions.keyRequests).toBe(2);
    await sessions.addKey('second');
    passTime(31);
    await verifier.verify(await sessions.sign('second'));
    expect(sessions.keyRequests).toBe(3);
  });

  it('refuses tokens of a withdrawn key within the age of the cache, remembered ones too', async () => {
    await sessions.addKey('second');
    const token = await sessions.sign('first', { exp: now() + 3000 });
    await verifier.verify(token);
    sessions.keys.shift();
    await verifier.verify(token);
    passTime(601);
    await expect(verifier.verify(token)).rejects.toMatchObject(refused);
    await expect(verifier.verify(await sessions.sign('second'))).resolves.toBeDefined();
  });

  it('goes on with the keys it has while the auth service is away', async () => {
    const token = await sessions.sign('first', { exp: now() + 3000 });
    await verifier.verify(token);
    sessions.isAway = true;
    passTime(601);
    await expect(verifier.verify(token)).resolves.toBeDefined();
  });

  it('does not guess when it has never had a key', async () => {
    sessions.isAway = true;
    const token = await sessions.sign('first');
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    sessions.isAway = false;
    await expect(verifier.verify(token)).resolves.toBeDefined();
  });

  it('refuses a remembered token once it ended, with little leeway', async () => {
    const token = await sessions.sign('first', { exp: now() + 60 });
    await verifier.verify(token);
    passTime(62);
    await verifier.verify(token);
    passTime(10);
    await expect(verifier.verify(token)).rejects.toMatchObject(refused);
  });

  it('refuses tokens of an ended session at once', async () => {
    const sid = uuidV7();
    const token = await sessions.sign('first', { sid });
    await verifier.verify(token);
    revoked.add({ sessionId: sid, userId: uuidV7(), reason: 'logout' });
    await expect(verifier.verify(token)).rejects.toMatchObject(refused);
    await expect(verifier.verify(await sessions.sign('first', { sid }))).rejects.toMatchObject(refused);
  });

  it('checks the signature of a token once', async () => {
    const token = await sessions.sign('first');
    const verify = vi.spyOn(crypto.subtle, 'verify');
    for (let round = 0; round < 100; round += 1) await verifier.verify(token);
    expect(verify).toHaveBeenCalledOnce();
    verify.mockRestore();
  });
});
