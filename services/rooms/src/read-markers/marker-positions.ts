import { Injectable } from '@nestjs/common';
import { MessageHistory } from '@parley/chat';
import type { Marker } from './read-marker.repository.js';
import { stepTo, type Tally } from './unread.js';

/** What only the storage knows of positions: the true head, and which messages on the way to one are never unread. */
@Injectable()
export class MarkerPositions {
  constructor(private readonly history: MessageHistory) {}

  /** What is counted here may be behind it. */
  async findHead(roomId: string): Promise<number> {
    const [position] = await this.history.heads([roomId]);
    return position?.head ?? 0;
  }

  /** The marker that stands at `target`, which is not beyond the head. */
  async markerAt(roomId: string, userId: string, target: number, tally: Tally): Promise<Marker> {
    const { after, upTo, isAllForeign, foreignAtTarget } = stepTo(target, tally);
    const neverUnread = isAllForeign ? 0 : await this.history.countNeverUnread(roomId, userId, after, upTo);
    return { readSeq: target, readForeign: foreignAtTarget(neverUnread) };
  }
}
