import type { ReadMoved } from '@parley/contracts';
import type { RoomTally } from './read-marker.repository.js';
import { unreadCountOf } from './unread.js';

/** What a person's devices are told of a marker: where it stands, and what is unread up to `head`. */
export const readMoved = (tally: RoomTally, mentionCount: number): ReadMoved => ({
  roomId: tally.roomId,
  readSeq: tally.readSeq,
  readEra: tally.readEra,
  head: tally.head,
  unreadCount: unreadCountOf(tally),
  mentionCount,
});
