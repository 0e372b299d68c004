import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { LIMITS, firstCodePoints, type MessagesBatch } from '@parley/contracts';
import { ACTIVITY_SUBJECT, type ActivityNotice } from '@parley/chat';
import { RoomFanout } from '@parley/platform';

const WINDOW_MS = 100;

/**
 * Tells gateways which rooms moved, for people who do not have them open: one notice per window with the newest
 * message of each room, however many messages came.
 */
@Injectable()
export class ActivityNotices implements BeforeApplicationShutdown {
  private readonly rooms = new Map<string, ActivityNotice>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly fanout: RoomFanout) {}

  note({ roomId, messages }: MessagesBatch): void {
    const newest = messages.at(-1);
    if (!newest) return;
    const known = this.rooms.get(roomId);
    if (known && known.head >= newest.seq) return;
    this.rooms.set(roomId, {
      roomId,
      head: newest.seq,
      preview: firstCodePoints(newest.text, LIMITS.previewMax),
      senderId: newest.sender?.id ?? null,
    });
    this.timer ??= setTimeout(() => this.flush(), WINDOW_MS);
  }

  beforeApplicationShutdown(): void {
    if (this.timer) this.flush();
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const rooms = [...this.rooms.values()];
    this.rooms.clear();
    this.fanout.toProcesses(ACTIVITY_SUBJECT, { rooms });
  }
}
