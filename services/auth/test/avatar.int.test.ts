import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthFixture, type Person } from './auth-fixture.js';

describe('generated pictures', () => {
  let auth: AuthFixture;
  let alice: Person;
  beforeAll(async () => {
    auth = await AuthFixture.start();
    alice = await auth.register();
  });
  afterAll(() => auth[Symbol.asyncDispose]());

  it('are shown to everyone, to be kept for ever at the address of the profile', async () => {
    const { status, headers, body } = await auth.call(`GET ${alice.user.avatarUrl}`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^image\/svg\+xml/);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('etag')).toMatch(/^"[0-9a-f]{12}"$/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'; style-src 'unsafe-inline'");
    expect(String(body)).toMatch(/^<svg /);
    expect(String(body)).not.toMatch(/<script|href=|\son\w+=/i);
    expect(headers.getSetCookie()).toEqual([]);
  });

  it('are kept for a while at the plain address', async () => {
    const plain = await auth.call(`GET /api/users/${alice.user.id}/avatar`);
    expect(plain.status).toBe(200);
    expect(plain.headers.get('cache-control')).toBe('public, max-age=300');
    expect((await auth.call(`GET /api/users/${alice.user.id}/avatar?v=other`)).headers.get('cache-control')).toBe('public, max-age=300');
  });

  it('are not sent again to who has them', async () => {
    const etag = (await auth.call(`GET ${alice.user.avatarUrl}`)).headers.get('etag') ?? '';
    const again = await auth.call(`GET ${alice.user.avatarUrl}`, { headers: { 'if-none-match': etag } });
    expect(again).toMatchObject({ status: 304, body: '' });
    expect(again.headers.get('etag')).toBe(etag);
    expect((await auth.call(`GET ${alice.user.avatarUrl}`, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  it('answer HEAD', async () => {
    const { status, headers, body } = await auth.call(`HEAD ${alice.user.avatarUrl}`);
    expect(status).toBe(200);
    expect(Number(headers.get('content-length'))).toBeGreaterThan(500);
    expect(body).toBe('');
  });

  it('stay the same for one person and differ between people, whatever their names', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, () => auth.register()));
    const pictures = await Promise.all(people.map(async ({ user }) => (await auth.call(`GET ${user.avatarUrl}`)).body));
    expect(new Set(pictures).size).toBeGreaterThan(8);
    expect((await auth.call(`GET ${people[0]?.user.avatarUrl}`)).body).toBe(pictures[0]);
    for (const { user } of people) expect(user.avatarUrl).not.toContain(user.username);
  });

  it('are of people only', async () => {
    expect(await auth.call(`GET /api/users/${randomUUID()}/avatar`)).toMatchObject({ status: 404, body: { code: 'USER_NOT_FOUND' } });
    expect((await auth.call('GET /api/users/..%2f..%2fetc/avatar')).status).toBe(400);
    expect((await auth.call(`GET /api/users/${alice.user.id}/avatar?size=9999`)).status).toBe(400);
    expect((await auth.call(`GET /api/users/${alice.user.id}/avatar?v=a&v=b`)).status).toBe(400);
  });
});
