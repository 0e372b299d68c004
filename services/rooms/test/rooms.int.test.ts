import type { Caller } from '@parley/chat';
import type { Room, RoomsAnswer } from '@parley/contracts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCursor } from '../src/cursor.js';
import { DirectController } from '../src/http/direct.controller.js';
import { RoomsController } from '../src/http/rooms.controller.js';
import { refusal, roomsQuery, RoomsFixture } from './rooms-fixture.js';

describe('rooms', () => {
  let fixture: RoomsFixture;

  beforeAll(async () => {
    fixture = await RoomsFixture.start();
  });

  afterAll(async () => {
    await fixture[Symbol.asyncDispose]();
  });

  const list = (userId: string, query: Record<string, string> = {}): Promise<RoomsAnswer> =>
    fixture.rooms().list(userId, roomsQuery(query));

  /** All pages of a list. */
  const listAll = async (userId: string, query: Record<string, string> = {}): Promise<Room[]> => {
    const rooms: Room[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: RoomsAnswer = await list(userId, { ...query, ...(cursor ? { cursor } : {}) });
      rooms.push(...page.rooms);
      cursor = page.nextCursor;
    }
    return rooms;
  };

  it('makes the creator the owner', async () => {
    const alice = fixture.user();
    const room = await fixture.rooms().create(alice.id, { name: 'Reading', topic: 'books', visibility: 'public' });
    expect(room).toMatchObject({
      kind: 'room',
      name: 'Reading',
      topic: 'books',
      memberCount: 1,
      joined: true,
      role: 'owner',
      head: 0,
      createdBy: alice.id,
    });
    expect(await fixture.rooms().get(alice.id, room.id)).toEqual(room);
  });

  it('gives one public name once, whatever the case, when 20 people want it at the same time', async () => {
    const people = Array.from({ length: 20 }, () => fixture.user());
    const names = ['Straße Ä', 'straße ä', 'STRASSE Ä'.replace('SS', 'ß'), 'straße A\u0308'];
    const outcomes = await Promise.allSettled(people.map((user, index) => fixture.create(user, names[index % names.length]!)));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(outcomes.length - refused.length).toBe(1);
    expect(new Set(refused.map(({ reason }) => (reason as { code: string }).code))).toEqual(new Set(['ROOM_NAME_TAKEN']));
    const [row] = await fixture.query<{ count: number }>(`SELECT count(*)::int FROM rooms.rooms WHERE name_key = 'straße ä'`);
    expect(row!.count).toBe(1);
  });

  it('lets private rooms share a name, with each other and with a public one', async () => {
    const alice = fixture.user();
    await fixture.create(alice, 'Shared name');
    const first = await fixture.create(alice, 'Shared name', 'private');
    const second = await fixture.create(alice, 'shared NAME', 'private');
    expect(first.id).not.toBe(second.id);
  });

  it('gives the name of an archived room to the next one', async () => {
    const alice = fixture.user();
    const room = await fixture.create(alice, 'Phoenix');
    await fixture.query(`UPDATE rooms.rooms SET archived_at = now() WHERE id = $1`, [room.id]);
    expect((await fixture.create(alice, 'PHOENIX')).id).not.toBe(room.id);
  });

  it('hides private rooms from everybody else: details look as if there were none', async () => {
    const [alice, bob] = [fixture.user(), fixture.user()];
    const secret = await fixture.create(alice, 'secret plans', 'private');
    expect(await refusal(fixture.rooms().get(bob.id, secret.id))).toBe('ROOM_NOT_FOUND');
    expect(await refusal(fixture.rooms().get(bob.id, randomUUID()))).toBe('ROOM_NOT_FOUND');
    expect((await listAll(bob.id)).map(({ id }) => id)).not.toContain(secret.id);
    expect((await listAll(bob.id, { query: 'secret' })).map(({ id }) => id)).toEqual([]);
    expect((await listAll(alice.id, { query: 'SECRET' })).map(({ id }) => id)).toEqual([secret.id]);
  });

  it('finds rooms without case and accents, also when they have another name since', async () => {
    const alice = fixture.user();
    const room = await fixture.create(alice, 'Café der Straße');
    for (const query of ['cafe', 'CAFÉ', 'strasse', 'Der straße '])
      expect((await listAll(alice.id, { query })).map(({ id }) => id)).toContain(room.id);
    await fixture.settings().change(alice.id, room.id, { name: 'Łódź' });
    expect((await listAll(alice.id, { query: 'lodz' })).map(({ id }) => id)).toEqual([room.id]);
    expect((await listAll(alice.id, { query: 'cafe der' })).map(({ id }) => id)).toEqual([]);
  });

  it('lets nobody search names without end; rooms and private chats have one budget', async () => {
    const caller = { userId: fixture.user().id, sessionId: randomUUID() } as Caller;
    const [rooms, direct] = [fixture.get(RoomsController), fixture.get(DirectController)];
    const searches = Array.from({ length: 40 }, () => [
      rooms.list(caller, roomsQuery({ query: 'x' })),
      direct.list(caller, { query: 'x', cursor: undefined, limit: 1 }),
    ]).flat();
    const refused = (await Promise.allSettled(searches)).filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(20);
    expect(refused).toEqual(
      refused.map(() => ({ status: 'rejected', reason: expect.objectContaining({ code: 'RATE_LIMITED' }) as unknown })),
    );
    expect((await rooms.list(caller, roomsQuery())).rooms).not.toEqual([]); // to page costs nothing
  });

  it('lists by scope: everything visible, joined, public', async () => {
    const [alice, bob] = [fixture.user(), fixture.user()];
    const open = await fixture.create(alice, 'scope open');
    const closed = await fixture.create(alice, 'scope closed', 'private');
    const others = await fixture.create(bob, 'scope others');
    const ids = async (scope: string) => new Set((await listAll(alice.id, { scope, query: 'scope ' })).map(({ id }) => id));
    expect(await ids('all')).toEqual(new Set([open.id, closed.id, others.id]));
    expect(await ids('joined')).toEqual(new Set([open.id, closed.id]));
    expect(await ids('public')).toEqual(new Set([open.id, others.id]));
    const [entry] = await listAll(alice.id, { query: 'scope others' });
    expect(entry).toMatchObject({ joined: false, role: null, memberCount: 1 });
  });

  it('pages by name without a gap or a repetition, also while rooms come and go', async () => {
    const alice = fixture.user();
    const names = Array.from({ length: 23 }, (_, index) => `page ${String.fromCharCode(97 + ((index * 7) % 23))}`);
    for (const name of names) await fixture.create(alice, name);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: RoomsAnswer = await list(alice.id, { query: 'page ', limit: '5', ...(cursor ? { cursor } : {}) });
      seen.push(...page.rooms.map(({ name }) => name));
      cursor = page.nextCursor;
      if (seen.length === 5) await fixture.create(alice, 'page a again'); // behind the cursor
    }
    expect(seen).toEqual([...names].sort());
  });

  it('leaves archived rooms and private chats out', async () => {
    const [alice, bob] = [fixture.user(), fixture.user()];
    const room = await fixture.create(alice, 'archive me');
    await fixture.query(`UPDATE rooms.rooms SET archived_at = now() WHERE id = $1`, [room.id]);
    const direct = await fixture.directs().open(alice.id, bob.id);
    await fixture.send(direct.id, alice, 'hi');
    const ids = (await listAll(alice.id)).map(({ id }) => id);
    expect(ids).not.toContain(room.id);
    expect(ids).not.toContain(direct.id);
    expect((await fixture.rooms().get(alice.id, room.id)).archivedAt).not.toBeNull();
  });

  it('searches for what was typed, wildcards and quotes included', async () => {
    const alice = fixture.user();
    const room = await fixture.create(alice, `100%_of\\'"it`);
    expect((await listAll(alice.id, { query: `%_OF\\'"` })).map(({ id }) => id)).toEqual([room.id]);
    expect(await listAll(alice.id, { query: `100%of` })).toEqual([]);
  });

  it.each([
    'x',
    encodeCursor(null),
    encodeCursor(['a']),
    encodeCursor(['a', 'b']),
    encodeCursor(['\u0000', randomUUID()]),
    encodeCursor({ nameKey: 'a' }),
  ])('answers the foreign cursor %j as bad input', async (cursor) => {
    expect(await refusal(list(fixture.user().id, { cursor }))).toBe('VALIDATION_FAILED');
  });

  it('makes the longest name fit into a cursor', async () => {
    const alice = fixture.user();
    for (const letter of ['𐐀', '𐐀']) await fixture.create(alice, letter.repeat(80), 'private');
    const { nextCursor } = await list(alice.id, { query: '𐐀', limit: '1' });
    expect(nextCursor!.length).toBeLessThanOrEqual(512);
    expect((await list(alice.id, { query: '𐐀', cursor: nextCursor! })).rooms).toHaveLength(1);
  });

  it('refuses a creator who does not exist', async () => {
    expect(await refusal(fixture.rooms().create(randomUUID(), { name: 'ghost', visibility: 'public' }))).toBe('USER_NOT_FOUND');
  });
});
