import type { LastMessage, Room, RoomRole, RoomState, User } from '@parley/contracts';
import type { RoomEntity } from '../db/room.entity.js';

/** A room as one person sees it. A private chat bears the name of the other person. */
export function roomView(room: RoomEntity, role: RoomRole | null, peer?: User): Room {
  return {
    ...roomState(room),
    memberRev: room.memberRev,
    ...(peer ? { name: peer.displayName, peer } : {}),
    joined: role !== null,
    role,
  };
}

/** A room as it is for nobody in particular. */
export const roomState = (room: RoomEntity): RoomState => ({
  id: room.id,
  kind: room.kind,
  name: room.name,
  topic: room.topic,
  visibility: room.visibility,
  memberCount: room.memberCount,
  head: room.head,
  slowModeSeconds: room.slowModeSeconds,
  archivedAt: room.archivedAt?.toISOString() ?? null,
  createdAt: room.createdAt.toISOString(),
  createdBy: room.createdBy,
});

/** The newest message; a sender who is not in `people` no longer exists. */
export function lastMessageOf(room: RoomEntity, people: ReadonlyMap<string, User>): LastMessage | null {
  if (room.lastAt === null) return null;
  const sender = room.lastSenderId === null ? undefined : people.get(room.lastSenderId);
  return {
    seq: room.head,
    sender: sender ? { id: sender.id, username: sender.username, displayName: sender.displayName, avatarUrl: sender.avatarUrl } : null,
    preview: room.lastPreview ?? '',
    ...(room.lastAnnouncement ? { announcement: room.lastAnnouncement } : {}),
    createdAt: room.lastAt.toISOString(),
  };
}

/** The other one of a private chat. */
export const peerIdOf = (room: RoomEntity, userId: string): string | null => (room.directLow === userId ? room.directHigh : room.directLow);
