import { directPair, directRoomId } from '@parley/chat';
import type { User } from '@parley/contracts';
import { RoomEntity } from '../db/room.entity.js';

/** The private chat of two people as it is before the first message: computed, never stored. */
export function unstartedDirect(self: User, peer: User): RoomEntity {
  const [directLow, directHigh] = directPair(self.id, peer.id);
  const createdAt = new Date(self.createdAt > peer.createdAt ? self.createdAt : peer.createdAt); // since both are there
  return Object.assign(new RoomEntity(), {
    id: directRoomId(self.id, peer.id),
    kind: 'direct',
    name: '',
    nameKey: '',
    searchKey: '',
    topic: '',
    visibility: 'private',
    memberCount: 2,
    memberRev: 0,
    slowModeSeconds: 0,
    isForEveryone: false,
    directLow,
    directHigh,
    createdBy: null,
    createdAt,
    archivedAt: null,
    activeAt: createdAt,
    epoch: 1,
    head: 0,
    systemCount: 0,
    lastSystemSeq: 0,
    lastSenderId: null,
    lastPreview: null,
    lastAnnouncement: null,
    lastAt: null,
  } satisfies RoomEntity);
}
