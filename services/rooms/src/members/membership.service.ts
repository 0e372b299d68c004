import { Injectable } from '@nestjs/common';
import { assertAllowed } from '@parley/chat';
import { ParleyError, type Room, type RoomRole, type User } from '@parley/contracts';
import type { Transaction } from '@parley/db';
import { AccessNotices } from '../access/access-notices.js';
import type { RoomEntity } from '../db/room.entity.js';
import { RoomsDatabase } from '../db/rooms.database.js';
import { PeopleService } from '../people/people.service.js';
import { factsOf, RoomDirectory } from '../rooms/room-directory.js';
import { NewcomerMarkers } from '../read-markers/newcomer-markers.js';
import { RoomRepository } from '../rooms/room.repository.js';
import { roomView } from '../rooms/room.view.js';
import { MemberRepository } from './member.repository.js';
import { MembershipWriter } from './membership-writer.js';

/** Joining and leaving. Both are repeatable: who is where he wants to be is told so. */
@Injectable()
export class MembershipService {
  constructor(
    private readonly database: RoomsDatabase,
    private readonly directory: RoomDirectory,
    private readonly rooms: RoomRepository,
    private readonly members: MemberRepository,
    private readonly memberships: MembershipWriter,
    private readonly people: PeopleService,
    private readonly markers: NewcomerMarkers,
    private readonly notices: AccessNotices,
  ) {}

  async join(userId: string, roomId: string): Promise<Room> {
    await this.directory.get(roomId, userId, 'join'); // most refusals without a lock
    const user = await this.getPerson(userId);
    const { room, role } = await this.database.transaction(async (transaction) => {
      const found = await this.lock(transaction, roomId, userId, 'join');
      if (found.role === null) await this.memberships.add(transaction, found.room, [user], 'member');
      return found;
    });
    this.notices.announce(roomId, [userId]);
    if (role === null) await this.markers.catchUp(roomId, [userId], room.head);
    return roomView(room, role ?? 'member');
  }

  /** Throws LAST_OWNER: a room with members must not be left without an owner. */
  async leave(userId: string, roomId: string): Promise<void> {
    await this.directory.get(roomId, userId, 'leave');
    const user = await this.getPerson(userId);
    await this.database.transaction(async (transaction) => {
      const { room, role } = await this.lock(transaction, roomId, userId, 'leave');
      if (role === null) return;
      const isLastOwner = role === 'owner' && room.memberCount > 1 && (await this.members.countOwners(transaction, roomId)) === 1;
      if (isLastOwner) throw new ParleyError('LAST_OWNER');
      await this.memberships.remove(transaction, room, user);
    });
    this.notices.announce(roomId, [userId]);
  }

  /** Decided again under the lock: between the two looks anything may have changed. */
  private async lock(
    transaction: Transaction,
    roomId: string,
    userId: string,
    action: 'join' | 'leave',
  ): Promise<{ room: RoomEntity; role: RoomRole | null }> {
    const room = await this.rooms.lock(transaction, roomId);
    if (!room) throw new ParleyError('ROOM_NOT_FOUND');
    const role = await this.members.findRole(transaction, roomId, userId);
    assertAllowed(action, factsOf({ room, role }));
    return { room, role };
  }

  private async getPerson(userId: string): Promise<User> {
    const user = (await this.people.find([userId])).get(userId);
    if (!user) throw new ParleyError('USER_NOT_FOUND');
    return user;
  }
}
