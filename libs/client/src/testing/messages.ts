import type { Message, OpenedRoom, Room, User } from '@parley/contracts';

/** Test data that satisfies the contract; every field can be replaced. */
export const uuidOf = (number: number): string => `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

export const ROOM_ID = uuidOf(0xa0);
export const ME = uuidOf(1);
export const BOB = uuidOf(2);

export function userOf(id: string, displayName: string): User {
  return {
    id,
    username: displayName.toLowerCase(),
    displayName,
    avatarUrl: `/api/users/${id}/avatar`,
    bio: '',
    status: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    roles: [],
  };
}

export function messageOf(seq: number, changes: Partial<Message> = {}): Message {
  const sender = changes.sender ?? userOf(BOB, 'Bob');
  return {
    id: uuidOf(0x1000 + seq),
    roomId: ROOM_ID,
    seq,
    rev: 0,
    clientMsgId: `client-${seq}`,
    kind: 'user',
    text: `message ${seq}`,
    replyTo: null,
    attachments: [],
    mentions: { userIds: [], everyone: false },
    reactions: [],
    createdAt: new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString(),
    editedAt: null,
    deletedAt: null,
    ...changes,
    sender,
  };
}

export const messagesOf = (from: number, to: number): Message[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => messageOf(from + index));

export function openedOf(changes: Partial<OpenedRoom>): OpenedRoom {
  const messages = changes.messages ?? [];
  return { roomId: ROOM_ID, epoch: 1, head: messages.at(-1)?.seq ?? 0, changes: 0, readSeq: 0, recovered: false, ...changes, messages };
}

export function roomOf(changes: Partial<Room> = {}): Room {
  return {
    id: ROOM_ID,
    kind: 'room',
    name: 'general',
    topic: '',
    visibility: 'public',
    memberCount: 2,
    joined: true,
    role: 'member',
    head: 0,
    createdAt: '2026-01-01T00:00:00.000Z',
    createdBy: null,
    slowModeSeconds: 0,
    archivedAt: null,
    ...changes,
  };
}
