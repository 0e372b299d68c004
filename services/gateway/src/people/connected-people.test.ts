import type { RoomAccess } from '@parley/chat';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectedPeople } from './connected-people.js';

describe('ConnectedPeople', () => {
  const listJoinedRoomIds = vi.fn<RoomAccess['listJoinedRoomIds']>();
  let people: ConnectedPeople;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    listJoinedRoomIds.mockReset().mockImplementation(async (userIds) => userIds.map(() => ['general', 'club']));
    people = new ConnectedPeople({ listJoinedRoomIds } as unknown as RoomAccess);
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
    expect(listJoinedRoomIds).toHaveBeenCalledOnce();
    expect(membersOf('club')).toEqual(['alice']);
  });

  it('asks once for all who come together', async () => {
    await Promise.all(['alice', 'bob', 'carol'].map((userId) => connect(userId).loaded));
    expect(listJoinedRoomIds.mock.calls).toEqual([[['alice', 'bob', 'carol']]]);
    expect(membersOf('club')).toEqual(['alice', 'bob', 'carol']);
  });

  it('follows joins and leaves, also those that happen while the list is being read', async () => {
    const answer = Promise.withResolvers<string[][]>();
    listJoinedRoomIds.mockReturnValue(answer.promise);
    const { loaded } = connect('alice');
    people.left('alice', 'club');
    people.joined('alice', 'new');
    answer.resolve([['general', 'club']]);
    await loaded;
    expect([membersOf('general'), membersOf('club'), membersOf('new')]).toEqual([['alice'], [], ['alice']]);
    people.left('alice', 'general');
    expect(people.membersOf('general')).toBeUndefined();
  });

  it('keeps nothing about people who are not here', () => {
    people.joined('stranger', 'general');
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
    expect(listJoinedRoomIds).toHaveBeenCalledOnce();

    people.depart(person);
    vi.advanceTimersByTime(60_000);
    people.sweep(performance.now());
    expect(people.find('alice')).toBeUndefined();
    expect(membersOf('general')).toEqual([]);
  });

  it('asks again when the rooms could not be read', async () => {
    listJoinedRoomIds.mockRejectedValueOnce(new Error('away'));
    await connect('alice').loaded;
    expect(membersOf('general')).toEqual([]);
    people.sweep(0);
    await vi.waitFor(() => expect(membersOf('general')).toEqual(['alice']));
  });
});
