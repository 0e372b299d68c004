import type { Membership, RoomAccess } from '@parley/chat';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectedPeople } from './connected-people.js';

const memberships = (...roomIds: string[]): Membership[] => roomIds.map((roomId) => ({ roomId, role: 'member' }));

describe('ConnectedPeople', () => {
  const listMemberships = vi.fn<RoomAccess['listMemberships']>();
  let people: ConnectedPeople;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    listMemberships.mockReset().mockImplementation(async (userIds) => userIds.map(() => memberships('general', 'club')));
    people = new ConnectedPeople({ listMemberships } as unknown as RoomAccess);
    return () => vi.useRealTimers();
  });

  const connect = (userId: string) => {
    const person = people.arrive(userId);
    return { person, loaded: people.load(person) };
  };
  const membersOf = (roomId: string) => [...(people.membersOf(roomId) ?? [])].map(({ userId }) => userId);

  it('knows the rooms of who is connected, and asks once for several sockets', async () => {
    await Promise.all([connect('alice').loaded, connect('alice').loaded]);
    await connect('alice').loaded;
    expect(listMemberships).toHaveBeenCalledOnce();
    expect(membersOf('club')).toEqual(['alice']);
  });

  it('asks once for all who come together', async () => {
    await Promise.all(['alice', 'bob', 'carol'].map((userId) => connect(userId).loaded));
    expect(listMemberships.mock.calls).toEqual([[['alice', 'bob', 'carol']]]);
    expect(membersOf('club')).toEqual(['alice', 'bob', 'carol']);
  });

  it('follows joins and leaves, also those that happen while the list is being read', async () => {
    const answer = Promise.withResolvers<Membership[][]>();
    listMemberships.mockReturnValue(answer.promise);
    const { loaded } = connect('alice');
    people.left('alice', 'club');
    people.joined('alice', 'new', 'member');
    answer.resolve([memberships('general', 'club')]);
    await loaded;
    expect([membersOf('general'), membersOf('club'), membersOf('new')]).toEqual([['alice'], [], ['alice']]);
    people.left('alice', 'general');
    expect(people.membersOf('general')).toBeUndefined();
  });

  it('knows the role that was heard last', async () => {
    const answer = Promise.withResolvers<Membership[][]>();
    listMemberships.mockReturnValue(answer.promise);
    const { person, loaded } = connect('alice');
    people.joined('alice', 'club', 'owner');
    answer.resolve([memberships('general', 'club')]);
    await loaded;
    people.joined('alice', 'general', 'moderator');
    expect([...person.rooms]).toEqual([
      ['club', 'owner'],
      ['general', 'moderator'],
    ]);
  });

  it('keeps nothing about people who are not here', () => {
    people.joined('stranger', 'general', 'member');
    expect(people.membersOf('general')).toBeUndefined();
    expect(people.find('stranger')).toBeUndefined();
  });

  it('remembers who has just gone for a minute, then nothing', async () => {
    const { person, loaded } = connect('alice');
    await loaded;
    people.depart(person);
    vi.advanceTimersByTime(59_000);
    people.sweep(performance.now());
    await connect('alice').loaded;
    expect(listMemberships).toHaveBeenCalledOnce();

    people.depart(person);
    vi.advanceTimersByTime(60_000);
    people.sweep(performance.now());
    expect(people.find('alice')).toBeUndefined();
    expect(membersOf('general')).toEqual([]);
  });

  it('asks again when the rooms could not be read', async () => {
    listMemberships.mockRejectedValueOnce(new Error('away'));
    await connect('alice').loaded;
    expect(membersOf('general')).toEqual([]);
    people.sweep(0);
    await vi.waitFor(() => expect(membersOf('general')).toEqual(['alice']));
  });
});
