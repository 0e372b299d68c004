import { Injectable } from '@nestjs/common';
import { assertAllowed, type RoomAction, type RoomFacts } from '@parley/chat';
import type { RoomRole } from '@parley/contracts';
import type { RoomEntity } from '../db/room.entity.js';
import { DirectPairs } from '../direct/direct-pairs.js';
import { unstartedDirect } from '../direct/unstarted-direct.js';
import { MemberRepository } from '../members/member.repository.js';
import { PeopleService } from '../people/people.service.js';
import { RoomRepository } from './room.repository.js';

export interface FoundRoom {
  readonly room: RoomEntity;
  readonly role: RoomRole | null;
  /** False for a private chat in which nobody has written: it is a view, nothing of it is stored. */
  readonly isStored: boolean;
}

/** Finds what a room id names for one person: a room, a private chat, or a private chat that has not begun. */
@Injectable()
export class RoomDirectory {
  constructor(
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

  private async find(roomId: string, userId: string): Promise<FoundRoom | undefined> {
    await this.people.meet(userId);
    const room = await this.rooms.find(roomId);
    if (!room) return this.findUnstarted(roomId, userId);
    return { room, role: (await this.members.find(roomId, userId))?.role ?? null, isStored: true };
  }

  private async findUnstarted(roomId: string, userId: string): Promise<FoundRoom | undefined> {
    const peerId = await this.pairs.findPeer(roomId, userId);
    if (peerId === undefined) return undefined;
    const people = await this.people.find([userId, peerId]);
    const [self, peer] = [people.get(userId), people.get(peerId)];
    return self && peer && { room: unstartedDirect(self, peer), role: 'member', isStored: false };
  }
}

export const factsOf = ({ room, role }: Pick<FoundRoom, 'room' | 'role'>): RoomFacts => ({
  roomId: room.id,
  kind: room.kind,
  visibility: room.visibility,
  isArchived: room.archivedAt !== null,
  slowModeSeconds: room.slowModeSeconds,
  role,
  isBanned: false,
});
