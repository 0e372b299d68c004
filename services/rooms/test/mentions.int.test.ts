import { userChannel, type MessageChanged, type MessageStored, type Room, type User } from '@parley/contracts';
import { RoomFanout } from '@parley/platform';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { RoomsFixture } from './rooms-fixture.js';

describe('mentions', () => {
  let fixture: RoomsFixture;
  let [alice, bob, carol]: User[] = [];
  let room: Room;

  beforeAll(async () => {
    fixture = await RoomsFixture.start();
  });
  beforeEach(async () => {
    [alice, bob, carol] = [fixture.user(), fixture.user(), fixture.user()];
    room = await fixture.create(alice!, `room ${randomUUID().slice(0, 13)}`);
    for (const user of [bob, carol]) await fixture.memberships().join(user!.id, room.id);
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(() => fixture[Symbol.asyncDispose]());

  const entry = async (user: User) =>
    (await fixture.conversations().list(user.id)).conversations.find((conversation) => conversation.room.id === room.id)!;
  const counts = async () => Promise.all([alice!, bob!, carol!].map(async (user) => (await entry(user)).mentionCount));
  const store = (sender: User, userIds: string[] = [], everyone = false): MessageStored => ({
    ...fixture.history.store(room.id, sender.id),
    mentions: { userIds, everyone },
  });
  const changed = (stored: MessageStored, rev: number, change: Partial<MessageChanged>): MessageChanged => ({
    ...stored,
    change: rev,
    editedAt: null,
    deletedAt: null,
    ...change,
    rev,
  });

  it('are counted per person until they are read, and anew when they are marked unread', async () => {
    const tell = vi.spyOn(fixture.get(RoomFanout), 'toSockets');
    const messages = [store(alice!, [bob!.id]), store(alice!, [bob!.id, carol!.id]), store(alice!), store(alice!, [bob!.id])];
    await fixture.heads().advance(messages);
    await fixture.heads().advance(messages); // repeated
    expect(await counts()).toEqual([0, 3, 1]);
    await fixture.markers().markRead(room.id, bob!.id, 2);
    expect(await counts()).toEqual([0, 1, 1]);
    expect(tell).toHaveBeenCalledWith(userChannel(bob!.id), 'room:read', expect.objectContaining({ readSeq: 2, mentionCount: 1 }));
    await fixture.markers().markRead(room.id, bob!.id, 4);
    expect(await counts()).toEqual([0, 0, 1]);
    await fixture.markers().markUnread(room.id, bob!.id, 2);
    expect(await counts()).toEqual([0, 2, 1]);
  });

  it('of everyone count for everyone but the author, and once with the name beside it', async () => {
    await fixture.heads().advance([store(alice!, [bob!.id], true)]);
    expect(await counts()).toEqual([0, 1, 1]);
    await fixture.heads().advance([store(bob!, [bob!.id])]);
    expect(await counts()).toEqual([0, 1, 1]); // to name oneself is no news
  });

  it('mean nothing to those who join later or are not in the room', async () => {
    const dave = fixture.user();
    await fixture.heads().advance([store(alice!, [dave.id], true)]);
    await fixture.memberships().join(dave.id, room.id);
    expect((await entry(dave)).mentionCount).toBe(0);
  });

  it('follow edits and deletions, and so does the preview', async () => {
    const [first, second] = [store(alice!, [bob!.id]), store(alice!, [bob!.id], true)];
    await fixture.heads().advance([first, second]);
    await fixture.heads().follow([changed(first, 1, { mentions: { userIds: [carol!.id], everyone: false }, text: 'edited' })]);
    expect(await counts()).toEqual([0, 1, 2]);
    expect((await entry(bob!)).lastMessage?.preview).toBe('hello');
    await fixture
      .heads()
      .follow([changed(second, 1, { mentions: { userIds: [], everyone: false }, text: '', deletedAt: first.createdAt })]);
    expect(await counts()).toEqual([0, 0, 1]);
    expect((await entry(bob!)).lastMessage?.preview).toBe('');
  });

  it('end as the newest rev has it, however facts are doubled and turned around', async () => {
    const people = () => [alice!.id, bob!.id, carol!.id];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.subarray([0, 1, 2]), { minLength: 1, maxLength: 5 }),
        fc.infiniteStream(fc.nat(9)),
        fc.boolean(),
        async (versions, choices, isStoredAsNow) => {
          const mentionsOf = (version: number[]) => ({ userIds: version.map((index) => people()[index]!), everyone: false });
          const before = await counts();
          const stored = { ...store(alice!), mentions: mentionsOf(versions[0]!) };
          const facts = versions.slice(1).map((version, index) => changed(stored, index + 1, { mentions: mentionsOf(version) }));
          const newest = facts.at(-1) ?? stored;
          await fixture.heads().advance([isStoredAsNow ? { ...stored, rev: newest.rev, mentions: newest.mentions } : stored]);
          const doubled = [...facts, ...facts].sort(() => [...choices.take(1)][0]! - 4.5);
          for (const fact of doubled) await fixture.heads().follow([fact, ...facts.slice(0, [...choices.take(1)][0]!)]);
          const after = await counts();
          const wanted = newest.mentions.userIds.filter((id) => id !== alice!.id);
          expect(after.map((count, index) => count - before[index]!)).toEqual(people().map((id) => (wanted.includes(id) ? 1 : 0)));
        },
      ),
      { numRuns: 15 },
    );
  });
});
