import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { RoomAccess } from '@parley/chat';
import { ConnectedPeople } from '../people/connected-people.js';
import { RoomEvictor } from './room-evictor.js';

const POLL_MS = 5_000;
/** Polls overlap by this much: a transaction may commit later than it says. */
const OVERLAP_MS = 60_000;

/**
 * Asks the rooms service who was put out of which room, so that nobody goes on reading because the fact did not come: the
 * log may be out of reach of this gateway alone, while messages still come in.
 */
@Injectable()
export class LostAccessPoll implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(LostAccessPoll.name);
  private timer: NodeJS.Timeout | undefined;
  private isPolling = false;
  private polledAt = performance.now();

  constructor(
    private readonly access: RoomAccess,
    private readonly people: ConnectedPeople,
    private readonly evictor: RoomEvictor,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.poll(), POLL_MS);
    this.timer.unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Never rejects; whoever is out already is put out again, which changes nothing. */
  private async poll(): Promise<void> {
    if (this.isPolling) return;
    this.isPolling = true;
    const startedAt = performance.now();
    try {
      for (const { roomId, userId } of await this.access.listLostAccess(startedAt - this.polledAt + OVERLAP_MS)) {
        if (!this.people.find(userId)) continue;
        this.people.left(userId, roomId);
        this.evictor.evict(roomId, userId);
      }
      this.polledAt = startedAt;
    } catch (error) {
      this.logger.warn('it could not be asked who was put out of a room; the next try follows', error);
    } finally {
      this.isPolling = false;
    }
  }
}
