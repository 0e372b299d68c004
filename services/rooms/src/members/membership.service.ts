import { Injectable } from '@nestjs/common';
import type { Room } from '@parley/contracts';
import type { Transaction } from '@parley/db';
import { AccessNotices } from '../access/access-notices.js';
import { RoomsDatabase } from '../db/rooms.database.js';
import { PeopleService } from '../people/people.service.js';
import { RoomDirectory } from '../rooms/room-directory.js';
import { NewcomerMarkers } from '../read-markers/newcomer-markers.js';
import { roomView } from '../rooms/room.view.js';
import { MembershipWriter } from './membership-writer.js';

/** Joining and leaving. Both are repeatable: who is where he wants to be is told so. */
@Injectable()
export class MembershipService {
  constructor(
    private readonly database: RoomsDatabase,
    private readonly directory: RoomDirectory,
    private readonly memberships: MembershipWriter,
    private readonly people: PeopleService,
    private readonly markers: NewcomerMarkers,
    private readonly notices: AccessNotices,
  ) {}

  async join(userId: string, roomId: string): Promise<Room> {
    await this.directory.get(roomId, userId, 'join'); // most refusals without a lock
    return this.enter(userId, roomId, 'join');
  }

  /** `admit` runs in the same transaction for those who are not members yet; a throw keeps them out. */
  async enter(
    userId: string,
    roomId: string,
    action: 'join' | 'join-invited',
    admit: (transaction: Transaction) => Promise<void> = () => Promise.resolve(),
  ): Promise<Room> {
    const user = await this.people.get(userId);
    const { room, role } = await this.database.transaction(async (transaction) => {
      const found = await this.directory.lock(transaction, roomId, userId, action);
      if (found.role !== null) return found;
      await admit(transaction);
      await this.memberships.add(transaction, found.room, [user], 'member');
      return found;
    });
    this.notices.announce(roomId, [userId]);
    if (role === null) await this.markers.catchUp(roomId, [userId], room.head);
    return roomView(room, role ?? 'member');
  }

  /** Throws LAST_OWNER: a room with members must not be left without an owner. */
  async leave(userId: string, roomId: string): Promise<void> {
    await this.directory.get(roomId, userId, 'leave');
    const user = await this.people.get(userId);
    await this.database.transaction(async (transaction) => {
      const { room, role } = await this.directory.lock(transaction, roomId, userId, 'leave', { userId, becomes: 'gone' });
      if (role !== null) await this.memberships.remove(transaction, room, user, 'left');
    });
    this.notices.announce(roomId, [userId]);
  }
}
