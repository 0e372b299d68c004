import { Injectable } from '@nestjs/common';
import { RoomAccess, type LostAccess, type Membership, type RoomFacts, type RoomQuestion } from '@parley/chat';
import { DirectPairs } from '../direct/direct-pairs.js';
import { DepartureRepository } from '../members/departure.repository.js';
import { MemberRepository } from '../members/member.repository.js';
import { PeopleService } from '../people/people.service.js';
import { RoomDirectory } from '../rooms/room-directory.js';
import { RoomRepository } from '../rooms/room.repository.js';

/** Members of a room whose list is handed out whole. */
const SMALL_ROOM_MEMBERS = 1_000;
const LOST_ACCESS_MAX_MS = 600_000;

/** What other services ask of this one. */
@Injectable()
export class RoomAccessService extends RoomAccess {
  constructor(
    private readonly directory: RoomDirectory,
    private readonly rooms: RoomRepository,
    private readonly members: MemberRepository,
    private readonly departures: DepartureRepository,
    private readonly people: PeopleService,
    private readonly pairs: DirectPairs,
  ) {
    super();
  }

  findFacts(roomId: string, userId: string): Promise<RoomFacts | undefined> {
    return this.directory.findFacts(roomId, userId);
  }

  async listFacts(questions: readonly RoomQuestion[]): Promise<(RoomFacts | null)[]> {
    await this.people.meetAll(questions.map(({ userId }) => userId));
    return this.rooms.listFacts(questions);
  }

  async listMemberships(userIds: readonly string[]): Promise<Membership[][]> {
    await this.people.meetAll(userIds);
    return this.members.listMemberships(userIds);
  }

  listLostAccess(withinMs: number): Promise<LostAccess[]> {
    return this.departures.listLostAccess(Math.min(withinMs, LOST_ACCESS_MAX_MS));
  }

  /** Nothing for rooms with more than 1,000 members. */
  async listMemberIds(roomId: string): Promise<string[]> {
    const room = await this.rooms.find(roomId);
    if (!room) return [...(this.pairs.recall(roomId) ?? [])];
    return room.memberCount > SMALL_ROOM_MEMBERS ? [] : this.members.listUserIds(roomId);
  }
}
