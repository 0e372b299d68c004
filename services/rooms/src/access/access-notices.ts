import { Injectable } from '@nestjs/common';
import { ROOM_ACCESS_SUBJECT, type RoomAccessNotice } from '@parley/chat';
import { RoomFanout } from '@parley/platform';

/** Tells every process at once whose access has changed; called after the commit. The log tells it again. */
@Injectable()
export class AccessNotices {
  constructor(private readonly fanout: RoomFanout) {}

  announce(roomId: string, userIds: readonly string[]): void {
    this.fanout.toProcesses(ROOM_ACCESS_SUBJECT, { roomId, userIds } satisfies RoomAccessNotice);
  }

  /** Everybody's access to the room. */
  announceRoom(roomId: string): void {
    this.fanout.toProcesses(ROOM_ACCESS_SUBJECT, { roomId } satisfies RoomAccessNotice);
  }
}
