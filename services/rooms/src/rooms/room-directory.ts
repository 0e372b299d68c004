import { Injectable } from '@nestjs/common';
import { assertAllowed, type RoomAction, type RoomFacts, type RoomTarget } from '@parley/chat';
import { ParleyError } from '@parley/contracts';
import type { Transaction } from '@parley/db';
import type { RoomEntity } from '../db/room.entity.js';
import { DirectPairs } from '../direct/direct-pairs.js';
import { unstartedDirect } from '../direct/unstarted-direct.js';
import { MemberRepository, type Standing } from '../members/member.repository.js';
import { RoomsDatabase } from '../db/rooms.database.js';
import { PeopleService } from '../people/people.service.js';
import { RoomRepository } from './room.repository.js';

export interface FoundRoom extends Standing {
  readonly room: RoomEntity;
  /** False for a private chat in which nobody has written: it is a view, nothing of it is stored. */
  readonly isStored: boolean;
}

/** Whom a change is about. */
export interface Concerned {
  readonly userId: string;
  /** What becomes of the person's membership. */
  readonly becomes: 'gone' | 'owner' | 'no owner' | 'unchanged';
}

/** Finds what a room id names for one person: a room, a private chat, or a private chat that has not begun. */
@Injectable()
export class RoomDirectory {
  constructor(
    private readonly database: RoomsDatabase,
    private readonly rooms: RoomRepository,
    private readonly members: MemberRepository,
    private readonly people: PeopleService,
    private readonly pairs: DirectPairs,
  ) {}

  async findFacts(roomId: string, userId: string): Promise<RoomFacts | undefined> {
    await this.people.meet(userId);
    const facts = await this.rooms.findFacts(roomId, userId);
    if (facts) return facts;
    const direct = await this.findUnstarted(roomId, userId);
    return direct && factsOf(direct);
  }

  /** Throws the refusal when the person may not do this there. */
  async get(roomId: string, userId: string, action: RoomAction): Promise<FoundRoom> {
    const found = await this.find(roomId, userId);
    assertAllowed(action, found && factsOf(found));
    return found!;
  }

  /**
   * The same under the lock of the room's row, until the end of the transaction: whatever changes a room or a membership
   * is decided here, again if `get` was asked before, because anything may have changed between two looks. The role of
   * whom it concerns comes along.
   */
  async lock(
    transaction: Transaction,
    roomId: string,
    userId: string,
    action: RoomAction,
    concerned?: Concerned,
  ): Promise<FoundRoom & { readonly target: RoomTarget | undefined }> {
    const room = await this.rooms.lock(transaction, roomId);
    if (!room) throw new ParleyError('ROOM_NOT_FOUND');
    const standing = await this.members.findStanding(transaction, roomId, userId);
    const target = concerned && (await this.findTarget(transaction, room, concerned));
    const found = { room, ...standing, isStored: true, target };
    assertAllowed(action, factsOf(found), target);
    return found;
  }

  private async findTarget(transaction: Transaction, room: RoomEntity, { userId, becomes }: Concerned): Promise<RoomTarget> {
    const { role } = await this.members.findStanding(transaction, room.id, userId);
    const membersLeft = room.memberCount - (becomes === 'gone' ? 1 : 0);
    const mayLeaveNoOwner = role === 'owner' && (becomes === 'gone' || becomes === 'no owner') && membersLeft > 0;
    return { role, leavesNoOwner: mayLeaveNoOwner && (await this.members.countOwners(transaction, room.id)) === 1 };
  }

  private async find(roomId: string, userId: string): Promise<FoundRoom | undefined> {
    await this.people.meet(userId);
    const room = await this.rooms.find(roomId);
    if (!room) return this.findUnstarted(roomId, userId);
    return { room, ...(await this.members.findStanding(this.database, roomId, userId)), isStored: true };
  }

  private async findUnstarted(roomId: string, userId: string): Promise<FoundRoom | undefined> {
    const peerId = await this.pairs.findPeer(roomId, userId);
    if (peerId === undefined) return undefined;
    const people = await this.people.find([userId, peerId]);
    const [self, peer] = [people.get(userId), people.get(peerId)];
    if (!self || !peer) return undefined;
    return { room: unstartedDirect(self, peer), role: 'member', isBanned: false, isMuted: false, isAdministrator: false, isStored: false };
  }
}

export const factsOf = ({ room, role, isBanned, isMuted, isAdministrator }: FoundRoom): RoomFacts => ({
  roomId: room.id,
  kind: room.kind,
  visibility: room.visibility,
  isArchived: room.archivedAt !== null,
  slowModeSeconds: room.slowModeSeconds,
  role,
  isBanned,
  isMuted,
  isForEveryone: room.isForEveryone,
  isAdministrator,
  memberCount: room.memberCount,
  memberRev: room.memberRev,
});
