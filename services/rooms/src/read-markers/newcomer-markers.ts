import { Injectable, Logger } from '@nestjs/common';
import { MarkerPositions } from './marker-positions.js';
import { ReadMarkerRepository } from './read-marker.repository.js';

/**
 * Nothing is unread when somebody joins. His membership begins at the head as it is counted here, which follows the
 * storage some 50 ms behind; what was stored in between is marked as read here.
 */
@Injectable()
export class NewcomerMarkers {
  private readonly logger = new Logger(NewcomerMarkers.name);

  constructor(
    private readonly markers: ReadMarkerRepository,
    private readonly positions: MarkerPositions,
  ) {}

  /** `head` is the one that the memberships began at. Never fails: to have joined is more than a marker. */
  async catchUp(roomId: string, userIds: readonly string[], head: number): Promise<void> {
    try {
      const storedHead = await this.positions.findHead(roomId);
      if (storedHead <= head) return;
      for (const userId of userIds) {
        const tally = await this.markers.findTally(roomId, userId);
        if (!tally || tally.readSeq >= storedHead) continue;
        await this.markers.moveForward(roomId, userId, await this.positions.markerAt(roomId, userId, storedHead, tally));
      }
    } catch (error) {
      this.logger.warn(`newcomers of room ${roomId} may find the newest messages unread: ${(error as Error).message}`);
    }
  }
}
