import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ROOM_ACCESS_SUBJECT, ROOM_QUESTIONS_MAX, RoomAccess, refusalOf, type RoomAccessNotice } from '@parley/chat';
import { RoomFanout } from '@parley/platform';
import { OpenRooms } from './open-rooms.js';
import { RoomEvictor } from './room-evictor.js';

const POLL_MS = 5_000;

/**
 * Takes rooms that are no longer public away from those who only look at them. The log says it, too; but it may be late, or
 * out of reach of this gateway alone, so the rooms service is asked: at once when it gives notice, and from time to time.
 */
@Injectable()
export class StrangerCheck implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(StrangerCheck.name);
  private timer: NodeJS.Timeout | undefined;
  private stopListening: (() => void) | undefined;

  constructor(
    private readonly access: RoomAccess,
    private readonly rooms: OpenRooms,
    private readonly evictor: RoomEvictor,
    private readonly fanout: RoomFanout,
  ) {}

  onApplicationBootstrap(): void {
    this.stopListening = this.fanout.listen(ROOM_ACCESS_SUBJECT, (notice) => {
      const { roomId, userIds } = notice as RoomAccessNotice;
      if (!userIds) void this.check([roomId]);
    });
    this.timer = setInterval(() => void this.check(this.rooms.ids), POLL_MS);
    this.timer.unref();
  }

  beforeApplicationShutdown(): void {
    this.stopListening?.();
    clearInterval(this.timer);
  }

  /** One question for each room in which somebody is a stranger. Never rejects. */
  private async check(roomIds: readonly string[]): Promise<void> {
    const questions = roomIds.flatMap((roomId) => {
      const userId = this.rooms.strangerIn(roomId);
      return userId === undefined ? [] : [{ roomId, userId }];
    });
    try {
      for (let next = 0; next < questions.length; next += ROOM_QUESTIONS_MAX) {
        const asked = questions.slice(next, next + ROOM_QUESTIONS_MAX);
        for (const [index, facts] of (await this.access.listFacts(asked)).entries()) {
          const asAnyStranger = facts ? { ...facts, role: null, isBanned: false } : undefined;
          if (refusalOf('read', asAnyStranger) !== undefined) this.evictor.evictStrangers(asked[index]!.roomId);
        }
      }
    } catch (error) {
      this.logger.warn('it could not be asked which rooms are public still; the next try follows', error);
    }
  }
}
