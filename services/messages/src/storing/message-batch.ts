import type { PostedMessage } from './message-row.js';

/** One room's messages of a batch, in the order of the log, each once. */
export interface RoomBatch {
  readonly roomId: string;
  readonly posted: readonly PostedMessage[];
}

/**
 * Splits a batch by room and drops the retries that came in the same batch, which have the same id: the first body wins.
 * Rooms are sorted by id, because their counter rows are locked in that order: two writers can then never wait for each other.
 */
export function groupByRoom(batch: readonly PostedMessage[]): RoomBatch[] {
  const rooms = new Map<string, Map<string, PostedMessage>>();
  for (const posted of batch) {
    let room = rooms.get(posted.roomId);
    if (!room) rooms.set(posted.roomId, (room = new Map()));
    if (!room.has(posted.messageId)) room.set(posted.messageId, posted);
  }
  return [...rooms].sort(([a], [b]) => (a < b ? -1 : 1)).map(([roomId, posted]) => ({ roomId, posted: [...posted.values()] }));
}
