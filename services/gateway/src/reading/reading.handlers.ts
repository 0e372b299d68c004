import { Injectable } from '@nestjs/common';
import { RoomAccess, refusalOf } from '@parley/chat';
import { ParleyError, type ReadRoom } from '@parley/contracts';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { ReadMarkerQueue } from './read-marker-queue.js';

/** `room:read` */
@Injectable()
export class ReadingHandlers {
  constructor(
    private readonly access: RoomAccess,
    private readonly markers: ReadMarkerQueue,
  ) {}

  async read(socket: ChatSocket, { roomId, seq }: ReadRoom): Promise<{ readSeq: number }> {
    const { userId } = socket.data;
    const refusal = refusalOf('mark-read', await this.access.findFacts(roomId, userId));
    if (refusal) throw new ParleyError(refusal);
    return { readSeq: await this.markers.move(roomId, userId, seq) };
  }
}
