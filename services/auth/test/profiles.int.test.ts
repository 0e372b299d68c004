import { User, UserChanged, UsersAnswer } from '@parley/contracts';
import { eventually, uniqueUsername } from '@parley/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProfileService } from '../src/users/profile.service.js';
import { AuthFixture, type Person } from './auth-fixture.js';

describe('profiles', () => {
  let auth: AuthFixture;
  let alice: Person;
  beforeAll(async () => {
    auth = await AuthFixture.start();
    alice = await auth.register();
  });
  afterAll(() => auth[Symbol.asyncDispose]());

  const patch = (person: Person, body: unknown) => auth.call('PATCH /api/me', { token: person.accessToken, body });
  const changesOf = (person: Person) =>
    auth.events.filter(({ type, payload }) => type === UserChanged.type && (payload as UserChanged).user.id === person.user.id);

  it('changes what is given and nothing else, and tells the log', async () => {
    const person = await auth.register();
    const status = { emoji: '🌴', text: 'on holiday', expiresAt: null };
    const changed = await patch(person, { displayName: 'New Name', bio: 'Hello.\nTwo lines, 漢字.' });
    expect(changed).toMatchObject({ status: 200, body: { ...person.user, displayName: 'New Name', bio: 'Hello.\nTwo lines, 漢字.' } });
    const after = await patch(person, { status });
    expect(User.parse(after.body)).toEqual({ ...User.parse(changed.body), status });
    expect((await auth.call('GET /api/me', { token: person.accessToken })).body).toEqual(after.body);
    await eventually(() => changesOf(person).length === 2);
    expect(changesOf(person).map(({ payload }) => (payload as UserChanged).user)).toEqual([changed.body, after.body]);
    expect((await patch(person, { status: null })).body).toMatchObject({ status: null });
  });

  it('tells nobody of a change that is none', async () => {
    const person = await auth.register();
    expect(await patch(person, {})).toMatchObject({ status: 200, body: person.user });
    expect(await patch(person, { bio: '', displayName: person.user.displayName, avatarMediaId: null })).toMatchObject({ status: 200 });
    await patch(person, { bio: 'a real change' });
    await eventually(() => changesOf(person).length > 0);
    expect(changesOf(person)).toHaveLength(1);
  });

  it('loses no change when many come at once', async () => {
    const person = await auth.register();
    const [bio, displayName] = ['from here', 'from there'];
    const answers = await Promise.all([patch(person, { bio }), patch(person, { displayName }), patch(person, { bio })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await auth.call('GET /api/me', { token: person.accessToken })).body).toMatchObject({ bio, displayName });
    // One of them is told first; the last one told has both.
    await eventually(() =>
      expect((changesOf(person).at(-1)?.payload as UserChanged | undefined)?.user).toMatchObject({ bio, displayName }),
    );
  });

  it('answers a status that has run out as none', async () => {
    const person = await auth.register();
    const soon = new Date(Date.now() + 300).toISOString();
    const status = { emoji: '☕', text: 'coffee', expiresAt: soon };
    expect((await patch(person, { status })).body).toMatchObject({ status });
    await eventually(async () => (await auth.app.get(ProfileService).find([person.user.id]))[0]?.status === null);
  });

  it('tells everybody when a status has run out, at its time', async () => {
    const people = [await auth.register(), await auth.register()];
    const [late, soon] = [600, 300].map((ms) => new Date(Date.now() + ms).toISOString());
    await patch(people[0]!, { status: { emoji: '☕', text: 'coffee', expiresAt: late } });
    await patch(people[1]!, { status: { emoji: '🍵', text: 'tea', expiresAt: soon } });
    for (const person of people)
      await eventually(() => changesOf(person).some(({ payload }) => (payload as UserChanged).user.status === null), { timeoutMs: 3_000 });
    for (const person of people) expect(changesOf(person).map(({ payload }) => (payload as UserChanged).user.status?.text)).toHaveLength(2);
    const rows = await auth.database.query(`SELECT status FROM auth.users WHERE status->>'expiresAt' IS NOT NULL`);
    expect(rows).toEqual([]);
  });

  it.each([
    { roles: ['administrator'] },
    { role: 'administrator' },
    { isAdministrator: true },
    { id: randomUUID() },
    { username: 'another' },
    { createdAt: '2020-01-01T00:00:00.000Z' },
    { avatarUrl: 'https://evil.example/x.png' },
    { avatarSeed: 'x' },
    { displayName: '' },
    { displayName: 'x'.repeat(65) },
    { displayName: 'evil\u202Etxt' },
    { displayName: { $ne: null } },
    { bio: 'x'.repeat(501) },
    { bio: 'nul\u0000' },
    { bio: '\ud800' },
    { status: 'away' },
    { status: { emoji: '', text: '', expiresAt: 'tomorrow' } },
    { status: { emoji: '', text: '', expiresAt: null, extra: 1 } },
    { avatarMediaId: 'x' },
    [],
  ])('refuses %j and changes nothing', async (body) => {
    expect(await patch(alice, body)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    expect((await auth.call('GET /api/me', { token: alice.accessToken })).body).toEqual(alice.user);
  });

  it('leaves display names that speak for the installation to its administrators', async () => {
    const person = await auth.register();
    expect(await patch(person, { displayName: 'Аdmin' })).toMatchObject({ status: 400, body: { errors: [{ path: 'displayName' }] } }); // Cyrillic
    expect(await patch(alice, { displayName: 'Admin' })).toMatchObject({ status: 200 }); // the first account
    await patch(alice, { displayName: alice.user.displayName });
  });

  it('takes no picture that the person has not uploaded', async () => {
    expect(await patch(alice, { avatarMediaId: randomUUID() })).toMatchObject({ status: 409, body: { code: 'MEDIA_NOT_ATTACHABLE' } });
  });

  it('shows one person to others, and nothing that is private', async () => {
    const bob = await auth.register();
    const { status, body } = await auth.call(`GET /api/users/${alice.user.id.toUpperCase()}`, { token: bob.accessToken });
    expect(status).toBe(200);
    expect(body).toEqual(alice.user);
    expect(Object.keys(body as object).toSorted()).toEqual(Object.keys(User.shape).toSorted());
    expect(await auth.call(`GET /api/users/${randomUUID()}`, { token: bob.accessToken })).toMatchObject({
      status: 404,
      body: { code: 'USER_NOT_FOUND' },
    });
    for (const id of ['x', '%00', "'--", '*'])
      expect((await auth.call(`GET /api/users/${id}`, { token: bob.accessToken })).status).toBe(400);
    expect((await auth.call(`GET /api/users/${alice.user.id}`)).status).toBe(401);
  });

  it('answers other services with those that exist', async () => {
    const profiles = auth.app.get(ProfileService);
    expect(await profiles.find([randomUUID(), alice.user.id])).toEqual([alice.user]);
    expect(await profiles.find([])).toEqual([]);
  });
});

describe('directory', () => {
  let auth: AuthFixture;
  let reader: Person;
  const stem = 'dir';
  beforeAll(async () => {
    auth = await AuthFixture.start();
    reader = await auth.register('zz_reader');
    for (const [username, displayName] of [
      ['dir_anna', 'Anna Karenina'],
      ['Dir_Bert', 'Bert'],
      ['dir_carl', 'Anna’s brother'],
      ['dir.dora', 'Ölga Ännchen'],
      ['dir-emil', '100%_sure\\'],
      ['the_anna', 'Somebody else'],
      ['joanna', 'Jo'],
    ] as const)
      await auth.register(username, { displayName });
  });
  afterAll(() => auth[Symbol.asyncDispose]());

  const search = async (parameters: Record<string, string>) => {
    const { status, body } = await auth.call(`GET /api/users?${new URLSearchParams(parameters).toString()}`, { token: reader.accessToken });
    expect(status).toBe(200);
    const { users, nextCursor } = UsersAnswer.parse(body);
    return { names: users.map(({ username }) => username), nextCursor };
  };

  it('lists everyone in the order of names', async () => {
    const { names, nextCursor } = await search({});
    expect(names).toEqual(['dir-emil', 'dir.dora', 'dir_anna', 'Dir_Bert', 'dir_carl', 'joanna', 'the_anna', reader.user.username]);
    expect(nextCursor).toBeNull();
  });

  it('finds names that begin with the words first, then those that contain them', async () => {
    expect((await search({ query: 'anna' })).names).toEqual(['dir_anna', 'dir_carl', 'joanna', 'the_anna']);
    expect((await search({ query: 'JO' })).names).toEqual(['joanna']);
    expect((await search({ query: '  Anna   kar ' })).names).toEqual(['dir_anna']);
  });

  it('folds the case of all alphabets, and takes no character for a pattern', async () => {
    expect((await search({ query: 'ölga ÄNN' })).names).toEqual(['dir.dora']);
    expect((await search({ query: '100%' })).names).toEqual(['dir-emil']);
    expect((await search({ query: '%' })).names).toEqual(['dir-emil']);
    expect((await search({ query: 'sure\\' })).names).toEqual(['dir-emil']);
    expect((await search({ query: "'; DROP TABLE auth.users; --" })).names).toEqual([]);
    expect((await search({ query: 'r_b' })).names).toEqual(['Dir_Bert']);
  });

  it.each([
    ['olga ann', 'dir.dora'],
    ['OLGÁ', 'dir.dora'],
  ])('knows no accents: %s', async (query, name) => {
    expect((await search({ query })).names).toEqual([name]);
  });

  it.each<Record<string, string>>([{}, { query: 'anna' }, { query: stem }])('pages through everyone once: %j', async (query) => {
    const all = (await search(query)).names;
    const paged: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await search({ ...query, limit: '2', ...(cursor === null ? {} : { cursor }) });
      paged.push(...page.names);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(paged).toEqual(all);
  });

  it('keeps its place when others register meanwhile', async () => {
    const first = await search({ query: stem, limit: '2' });
    await auth.register(uniqueUsername('a_dir'));
    const second = await search({ query: stem, limit: '10', cursor: first.nextCursor ?? '' });
    expect(second.names.filter((name) => first.names.includes(name))).toEqual([]);
    expect(second.names.slice(0, 3)).toEqual(['dir_anna', 'Dir_Bert', 'dir_carl']);
  });

  it.each([
    'limit=0',
    'limit=-1',
    'limit=x',
    'cursor=x',
    'cursor=MHg%3D%3D%00',
    'cursor=',
    'order=id',
    'query=a&query=b',
    'query[$ne]=a',
    `query=${'x'.repeat(101)}`,
    'query=%00',
  ])('refuses ?%s', async (parameters) => {
    expect(await auth.call(`GET /api/users?${parameters}`, { token: reader.accessToken })).toMatchObject({ status: 400 });
  });

  it('clamps the limit', async () => {
    expect((await search({ limit: '100000' })).names.length).toBeGreaterThan(5);
  });
});

describe('a directory with limits', () => {
  it('may be searched as fast as anybody types, and no faster', async () => {
    await using limited = await AuthFixture.start({ limitsFactor: 1 });
    const { accessToken: token } = await limited.register();
    const statuses = await Promise.all(
      Array.from({ length: 80 }, async () => (await limited.call('GET /api/users?query=x', { token })).status),
    );
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(await limited.call('GET /api/users', { token })).toMatchObject({ status: 200 });
  });
});
