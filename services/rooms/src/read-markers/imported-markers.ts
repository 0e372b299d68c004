import { Injectable } from '@nestjs/common';
import { MemberRepository } from '../members/member.repository.js';
import { RoomRepository } from '../rooms/room.repository.js';
import { ReadMarkerService } from './read-marker.service.js';

/** People who come with their history know it already: what is imported is not unread. */
@Injectable()
export class ImportedMarkers {
  constructor(
    private readonly members: MemberRepository,
    private readonly markers: ReadMarkerService,
    private readonly rooms: RoomRepository,
  ) {}

  /** How far the room is counted, by whichever process: an unread count before that would be wrong. */
  async countedUpTo(roomId: string): Promise<number> {
    return (await this.rooms.find(roomId))?.head ?? 0;
  }

  /** Up to `seq`, for the newcomers and those who have never read anything there, as far as they are members. */
  async markRead(roomId: string, userIds: readonly string[], newcomers: ReadonlySet<string>, seq: number): Promise<void> {
    const members = new Set(await this.members.listUserIds(roomId));
    const present = userIds.filter((userId) => members.has(userId));
    const readSeqs = await this.markers.listReadSeqs(present.map((userId) => ({ roomId, userId })));
    for (const [index, userId] of present.entries())
      if (newcomers.has(userId) || readSeqs[index] === 0) await this.markers.markRead(roomId, userId, seq);
  }
}
