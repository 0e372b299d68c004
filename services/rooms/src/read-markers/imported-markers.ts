import { Injectable } from '@nestjs/common';
import { MemberRepository } from '../members/member.repository.js';
import { ReadMarkerService } from './read-marker.service.js';

/** People who come with their history know it already: what is imported is not unread. */
@Injectable()
export class ImportedMarkers {
  constructor(
    private readonly members: MemberRepository,
    private readonly markers: ReadMarkerService,
  ) {}

  /** Up to `seq`, for the newcomers and those who have never read anything there, as far as they are members. */
  async markRead(roomId: string, userIds: readonly string[], newcomers: ReadonlySet<string>, seq: number): Promise<void> {
    const members = new Set(await this.members.listUserIds(roomId));
    for (const userId of userIds) {
      if (!members.has(userId)) continue;
      if (newcomers.has(userId) || (await this.markers.findReadSeq(roomId, userId)) === 0) await this.markers.markRead(roomId, userId, seq);
    }
  }
}
