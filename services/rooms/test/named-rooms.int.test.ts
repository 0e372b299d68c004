import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NamedRoomService } from '../src/rooms/named-room.service.js';
import { refusal, RoomsFixture } from './rooms-fixture.js';

describe('rooms by name', () => {
  let fixture: RoomsFixture;
  const named = () => fixture.get(NamedRoomService);

  beforeAll(async () => {
    fixture = await RoomsFixture.start();
  });

  afterAll(async () => {
    await fixture[Symbol.asyncDispose]();
  });

  it('finds the room for everyone, by name in any case and by id', async () => {
    const alice = fixture.user();
    const general = { roomId: await fixture.general(), label: 'general' };
    expect(await named().find('general', alice.id)).toEqual(general);
    expect(await named().find('GENERAL', alice.id)).toEqual(general);
    expect(await named().find(general.roomId, alice.id)).toEqual(general);
  });

  it('makes a public room that nobody has made, owned by who asked, and members of those who follow', async () => {
    const [alice, bob] = [fixture.user(), fixture.user()];
    const made = await named().join('Tea Room', alice.id);
    expect(made.label).toBe('Tea Room');
    expect(await named().join('tea room', bob.id)).toEqual(made);
    expect(await fixture.rooms().get(alice.id, made.roomId)).toMatchObject({ visibility: 'public', role: 'owner', memberCount: 2 });
    expect(await fixture.rooms().get(bob.id, made.roomId)).toMatchObject({ role: 'member' });
    expect(await named().join('tea room', bob.id)).toEqual(made);
  });

  it('makes one room when 20 people join a new name at the same time', async () => {
    const people = Array.from({ length: 20 }, () => fixture.user());
    const joined = await Promise.all(people.map(({ id }, index) => named().join(index % 2 ? 'Rush' : 'RUSH', id)));
    expect(new Set(joined.map(({ roomId }) => roomId)).size).toBe(1);
    expect(await fixture.memberCount(joined[0]!.roomId)).toEqual({ kept: 20, counted: 20 });
  });

  it('keeps private rooms unknown: no name leads there, and the id only for members', async () => {
    const [alice, bob] = [fixture.user(), fixture.user()];
    const hidden = await fixture.create(alice, 'Plans', 'private');
    expect(await refusal(named().find('Plans', alice.id))).toBe('ROOM_NOT_FOUND');
    expect(await refusal(named().find(hidden.id, bob.id))).toBe('ROOM_NOT_FOUND');
    expect(await refusal(named().join(hidden.id, bob.id))).toBe('ROOM_NOT_FOUND');
    expect(await named().join(hidden.id, alice.id)).toEqual({ roomId: hidden.id, label: hidden.id });
    expect((await named().join('Plans', bob.id)).roomId).not.toBe(hidden.id);
  });

  it('lists every room of a name for those who may read it: the public one, and private ones that they are in', async () => {
    const [alice, bob, carol] = [fixture.user(), fixture.user(), fixture.user()];
    const open = await fixture.create(alice, 'Garden');
    const [hers, his] = [await fixture.create(alice, 'garden', 'private'), await fixture.create(bob, 'GARDEN', 'private')];
    const listed = async ({ id }: { id: string }, name = 'gArden') => (await named().listReadable(name, id)).toSorted();
    expect(await listed(alice)).toEqual([open.id, hers.id].toSorted());
    expect(await listed(bob)).toEqual([open.id, his.id].toSorted());
    expect(await listed(carol)).toEqual([open.id]);
    await fixture.settings().archive(alice.id, hers.id);
    await fixture.memberships().join(carol.id, open.id);
    await fixture.admin().ban(alice.id, open.id, carol.id);
    expect([await listed(alice), await listed(carol), await listed(alice, 'Gard')]).toEqual([[open.id, hers.id].toSorted(), [], []]);
  });

  it('finds private chats by id, also those in which nobody has written', async () => {
    const [alice, bob, carol] = [fixture.user(), fixture.user(), fixture.user()];
    const { id } = await fixture.directs().open(alice.id, bob.id);
    expect(await named().join(id, bob.id)).toEqual({ roomId: id, label: id });
    expect(await refusal(named().find(id, carol.id))).toBe('ROOM_NOT_FOUND');
  });

  it('refuses names that no room may have', async () => {
    const alice = fixture.user();
    expect(await refusal(named().find('nobody made this', alice.id))).toBe('ROOM_NOT_FOUND');
    expect(await refusal(named().join(crypto.randomUUID(), alice.id))).toBe('ROOM_NOT_FOUND');
  });
});
