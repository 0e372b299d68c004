/**
 * Subject of `RoomFanout.toProcesses` by which the rooms service says whose access to a room has just changed. It is
 * ahead of the fact in the log, which follows in any case, so that nobody who has just joined is refused.
 */
export const ROOM_ACCESS_SUBJECT = 'room-access';

export interface RoomAccessNotice {
  readonly roomId: string;
  /** Without it: everybody's access to the room. */
  readonly userIds?: readonly string[];
}
