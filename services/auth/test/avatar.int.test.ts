import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MediaLibrary } from '@parley/chat';
import { AuthFixture, type Person } from './auth-fixture.js';
import { Pictures } from './pictures.js';

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

describe('uploaded pictures', () => {
  let auth: AuthFixture;
  let pictures: Pictures;
  beforeAll(async () => {
    auth = await AuthFixture.start();
    pictures = auth.app.get(MediaLibrary) as Pictures;
  });
  afterAll(() => auth[Symbol.asyncDispose]());

  const change = async ({ accessToken }: Person, avatarMediaId: string | null) =>
    auth.call('PATCH /api/me', { token: accessToken, body: { avatarMediaId } });
  const urlIn = ({ body }: { body: unknown }) => (body as { avatarUrl: string }).avatarUrl;

  it('stand in the place of the drawn one, at an address of their own, until they are taken back', async () => {
    const person = await auth.register();
    const mediaId = randomUUID();
    pictures.held.set(`${person.user.id} ${mediaId}`, 'my face');
    const changed = await change(person, mediaId);
    expect(changed.status).toBe(200);
    expect(urlIn(changed)).toBe(`/api/users/${person.user.id}/avatar?v=${mediaId}`);
    const shown = await auth.call(`GET ${urlIn(changed)}`);
    expect(shown).toMatchObject({ status: 200, body: 'my face' });
    expect(shown.headers.get('content-type')).toBe('image/webp');
    expect(shown.headers.get('cache-control')).toContain('immutable');
    expect(urlIn(await change(person, null))).toBe(person.user.avatarUrl);
    expect((await auth.call(`GET ${person.user.avatarUrl}`)).headers.get('content-type')).toMatch(/^image\/svg/);
    expect(pictures.held.size).toBe(0);
  });

  it('give way to the next one', async () => {
    const person = await auth.register();
    const [first, second] = [randomUUID(), randomUUID()];
    for (const id of [first, second]) pictures.held.set(`${person.user.id} ${id}`, id);
    await change(person, first);
    await change(person, first);
    expect(pictures.held.size).toBe(2);
    await change(person, second);
    expect([...pictures.held.values()]).toEqual([second]);
  });

  it('are stood in for, and not kept by caches, while they cannot be had', async () => {
    const person = await auth.register();
    const mediaId = randomUUID();
    pictures.held.set(`${person.user.id} ${mediaId}`, 'my face');
    const url = urlIn(await change(person, mediaId));
    pictures.isAway = true;
    const shown = await auth.call(`GET ${url}`);
    pictures.isAway = false;
    expect(shown.status).toBe(200);
    expect(shown.headers.get('content-type')).toMatch(/^image\/svg/);
    expect(shown.headers.get('cache-control')).toBe('no-store');
    expect(shown.headers.get('etag')).toBeNull();
    expect((await auth.call(`GET ${url}`)).body).toBe('my face');
  });
});
