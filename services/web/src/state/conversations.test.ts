import type { Conversation } from '@parley/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { BOB, ME, ROOM_ID, mediaOf, messageOf, roomOf, userOf, uuidOf } from '@parley/client/testing';
import { Conversations, sortedByActivity, titleOf, unreadOf } from './conversations.js';

const NOW = new Date('2026-01-02T00:00:00.000Z');
const OTHER = uuidOf(0xb0);
const conversationOf = (changes: Partial<Conversation> = {}): Conversation => ({
  room: roomOf(),
  lastMessage: null,
  head: 10,
  readSeq: 10,
  unreadCount: 0,
  mentionCount: 0,
  notify: 'all',
  mutedUntil: null,
  favourite: false,
  ...changes,
});
const mine = (seq: number) => messageOf(seq, { sender: userOf(ME, 'Me') });

describe('Conversations', () => {
  let unknown: number;
  let list: Conversations;
  const entry = (roomId = ROOM_ID) => list.store.get().get(roomId)!;

  beforeEach(() => {
    unknown = 0;
    list = new Conversations(ME, () => (unknown += 1));
    list.replaceAll([conversationOf()]);
  });

  it('counts messages of others, not one’s own and not those of the system', () => {
    list.applyMessages(ROOM_ID, [
      messageOf(11),
      mine(12),
      messageOf(13, { kind: 'system' }),
      messageOf(14, { mentions: { userIds: [ME], everyone: false } }),
    ]);
    expect(entry()).toMatchObject({ head: 14, unreadCount: 2, mentionCount: 1, lastMessage: { seq: 14, preview: 'message 14' } });
  });

  it('counts a message once, however often it comes', () => {
    list.applyMessages(ROOM_ID, [messageOf(11)]);
    list.applyMessages(ROOM_ID, [messageOf(11)]);
    list.applyMessages(ROOM_ID, [messageOf(3), messageOf(4)]);
    expect(entry()).toMatchObject({ head: 11, unreadCount: 1 });
  });

  it('shortens previews to one line', () => {
    list.applyMessages(ROOM_ID, [messageOf(11, { text: `  a\n\nb ${'x'.repeat(200)}` })]);
    expect(entry().lastMessage!.preview).toMatch(/^a b x{96}$/);
  });

  it('names the file of a message that is nothing else', () => {
    list.applyMessages(ROOM_ID, [messageOf(11, { text: '', attachments: [mediaOf(1, { name: 'notes.txt' })] })]);
    expect(entry().lastMessage!.preview).toBe('notes.txt');
  });

  it('takes the number of missed messages from activity', () => {
    list.applyActivity({ rooms: [{ roomId: ROOM_ID, head: 13, preview: 'hello', mention: true }] }, NOW);
    expect(entry()).toMatchObject({ head: 13, unreadCount: 3, mentionCount: 1, lastMessage: { preview: 'hello' } });
    list.applyActivity({ rooms: [{ roomId: ROOM_ID, head: 13, preview: 'hello', mention: true }] }, NOW);
    expect(entry()).toMatchObject({ unreadCount: 3, mentionCount: 1 });
  });

  it('keeps what was wished of a room while the list was being asked for', () => {
    const wish = { notify: 'mentions' as const, mutedUntil: '2030-01-01T00:00:00.000Z' };
    list.beginLoad();
    list.applyNotifications(ROOM_ID, wish);
    list.replaceAll([conversationOf()]);
    expect(entry()).toMatchObject(wish);
  });

  it('counts neither own messages from another device nor those of the system', () => {
    const activity = (head: number, neverUnread: number[]) => ({ roomId: ROOM_ID, head, preview: 'hello', mention: false, neverUnread });
    list.applyActivity({ rooms: [activity(14, [9, 10, 12, 13])] }, NOW);
    expect(entry()).toMatchObject({ head: 14, unreadCount: 2 });
    list.applyActivity({ rooms: [activity(15, [15])] }, NOW);
    expect(entry()).toMatchObject({ head: 15, unreadCount: 2 });
  });

  it('asks for the list when something happens in a conversation it does not know', () => {
    list.applyActivity({ rooms: [{ roomId: OTHER, head: 1, preview: 'hello', mention: false }] }, NOW);
    expect(unknown).toBe(1);
  });

  it('believes the server about what is read', () => {
    list.applyMessages(ROOM_ID, [messageOf(11), messageOf(12)]);
    list.applyRead({ roomId: ROOM_ID, readSeq: 11, unreadCount: 1, mentionCount: 0 });
    expect(entry()).toMatchObject({ readSeq: 11, unreadCount: 1 });
  });

  it('clears the badge when everything was shown, and never moves back', () => {
    list.applyMessages(ROOM_ID, [messageOf(11), messageOf(12), messageOf(13)]);
    list.markRead(ROOM_ID, 12);
    expect(entry()).toMatchObject({ readSeq: 12, unreadCount: 1 });
    list.markRead(ROOM_ID, 13);
    list.markRead(ROOM_ID, 11);
    expect(entry()).toMatchObject({ readSeq: 13, unreadCount: 0 });
  });

  it('keeps what came live while the list was being answered', () => {
    list.beginLoad();
    list.applyMessages(ROOM_ID, [messageOf(11)]);
    list.add(roomOf({ id: OTHER, name: 'fresh' }));
    list.replaceAll([conversationOf({ room: roomOf({ memberCount: 9 }) })]);
    expect(entry()).toMatchObject({ head: 11, unreadCount: 1, room: { memberCount: 9 } });
    expect(entry(OTHER).room.name).toBe('fresh');
    list.beginLoad();
    list.replaceAll([conversationOf({ readSeq: 4, unreadCount: 6 })]);
    expect([...list.store.get().keys()]).toEqual([ROOM_ID]);
    expect(entry()).toMatchObject({ head: 10, readSeq: 4, unreadCount: 6 });
  });

  it('does not bring back a room that was left meanwhile', () => {
    list.beginLoad();
    list.remove(ROOM_ID);
    list.replaceAll([conversationOf()]);
    expect(list.store.get().size).toBe(0);
  });

  it('follows memberships, one’s own and others’', () => {
    const change = { roomId: ROOM_ID, user: userOf(BOB, 'Bob'), userId: BOB, role: 'member' as const };
    list.applyMember({ ...change, change: 'joined' });
    expect(entry().room.memberCount).toBe(3);
    list.applyMember({ ...change, change: 'removed', role: null });
    expect(entry().room.memberCount).toBe(2);
    list.applyMember({ ...change, userId: ME, change: 'role', role: 'owner' });
    expect(entry().room.role).toBe('owner');
    list.applyMember({ ...change, userId: ME, change: 'banned', role: null });
    expect(list.store.get().size).toBe(0);
    list.applyMember({ ...change, userId: ME, change: 'joined' });
    expect(unknown).toBe(1);
  });

  it('takes from a changed room what concerns everyone', () => {
    list.applySharedRoom(roomOf({ name: 'renamed', joined: false, role: null }));
    expect(entry().room).toMatchObject({ name: 'renamed', joined: true, role: 'member' });
  });

  it('sorts by activity and sums up what is not silenced', () => {
    const at = (createdAt: string) => ({ seq: 1, sender: null, preview: '', createdAt });
    list.replaceAll([
      conversationOf({ room: roomOf({ id: uuidOf(1), name: 'old' }), unreadCount: 2, lastMessage: at('2026-01-01T10:00:00.000Z') }),
      conversationOf({ room: roomOf({ id: uuidOf(2), name: 'newest' }), unreadCount: 3, lastMessage: at('2026-01-03T10:00:00.000Z') }),
      conversationOf({
        room: roomOf({ id: uuidOf(3), name: 'without', createdAt: '2026-01-02T10:00:00.000Z' }),
        unreadCount: 5,
        notify: 'none',
      }),
    ]);
    expect(sortedByActivity(list.store.get()).map(({ room }) => room.name)).toEqual(['newest', 'without', 'old']);
  });

  it('counts what is for the reader, and tells it from the rest', () => {
    const unread = (...entries: Partial<Conversation>[]) => {
      list.replaceAll(entries.map((entry, index) => conversationOf({ room: roomOf({ id: uuidOf(index) }), ...entry })));
      return unreadOf(list.store.get());
    };
    expect(unread({})).toEqual({ forMe: 0, isMore: false });
    expect(unread({ unreadCount: 7 })).toEqual({ forMe: 0, isMore: true });
    expect(unread({ unreadCount: 7, mentionCount: 2 }, { room: roomOf({ kind: 'direct' }), unreadCount: 3 })).toEqual({
      forMe: 5,
      isMore: true,
    });
    expect(unread({ unreadCount: 7, mentionCount: 2, notify: 'mentions' })).toEqual({ forMe: 2, isMore: false });
    expect(unread({ unreadCount: 7, mentionCount: 2, notify: 'none' })).toEqual({ forMe: 0, isMore: false });
  });

  it('calls a private chat by the other person', () => {
    expect(titleOf(roomOf({ kind: 'direct', name: '', peer: userOf(BOB, 'Bob') }))).toBe('Bob');
  });
});
