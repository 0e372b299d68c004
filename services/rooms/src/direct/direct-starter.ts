import { Injectable } from '@nestjs/common';
import { directPair, directRoomId } from '@parley/chat';
import { RoomChanged, type User } from '@parley/contracts';
import { Outbox } from '@parley/platform';
import { AccessNotices } from '../access/access-notices.js';
import { RoomsDatabase } from '../db/rooms.database.js';
import { MembershipWriter } from '../members/membership-writer.js';
import { PeopleService } from '../people/people.service.js';
import { RoomRepository } from '../rooms/room.repository.js';
import { roomState } from '../rooms/room.view.js';

/** Makes the row of a private chat and its two memberships, once there is a message in it. */
@Injectable()
export class DirectStarter {
  constructor(
    private readonly database: RoomsDatabase,
    private readonly people: PeopleService,
    private readonly rooms: RoomRepository,
    private readonly memberships: MembershipWriter,
    private readonly outbox: Outbox,
    private readonly notices: AccessNotices,
  ) {}

  /** Does nothing when it has started already. */
  async start(userId: string, peerId: string): Promise<void> {
    const roomId = directRoomId(userId, peerId);
    const [directLow, directHigh] = directPair(userId, peerId);
    const people = await this.people.find([directLow, directHigh]);
    const both = [people.get(directLow), people.get(directHigh)].filter((user): user is User => user !== undefined);
    await this.database.transaction(async (transaction) => {
      const room = await this.rooms.insert(transaction, {
        id: roomId,
        kind: 'direct',
        name: '',
        visibility: 'private',
        directLow,
        directHigh,
      });
      if (!room) return;
      await this.memberships.add(transaction, room, both, 'member');
      await this.outbox.add(transaction, RoomChanged, { room: roomState(room) });
    });
    this.notices.announce(roomId, [userId, peerId]);
  }
}
