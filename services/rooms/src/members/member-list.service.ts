import { Injectable } from '@nestjs/common';
import { refusalOf } from '@parley/chat';
import { RoomRole, Uuid, type ListQuery, type MembersAnswer, type User } from '@parley/contracts';
import { PresenceStore } from '@parley/platform';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../cursor.js';
import type { RoomEntity } from '../db/room.entity.js';
import { PeopleService } from '../people/people.service.js';
import { RoomDirectory, factsOf } from '../rooms/room-directory.js';
import { MemberRepository } from './member.repository.js';

const Position = z.tuple([RoomRole, z.iso.datetime({ precision: 3 }), Uuid]);

@Injectable()
export class MemberListService {
  constructor(
    private readonly directory: RoomDirectory,
    private readonly members: MemberRepository,
    private readonly people: PeopleService,
    private readonly presence: PresenceStore,
  ) {}

  async list(userId: string, roomId: string, { cursor, limit }: ListQuery): Promise<MembersAnswer> {
    const position = decodeCursor(Position, cursor);
    const found = await this.directory.get(roomId, userId, 'read');
    if (!found.isStored) return { members: await this.withPresence(await this.bothOf(found.room)), nextCursor: null };

    const after = position && { role: position[0], joinedAt: position[1], userId: position[2] };
    const listed = await this.members.listPage(roomId, after, limit + 1);
    const page = listed.slice(0, limit);
    const last = page.at(-1);
    const seesMutes = refusalOf('list-bans', factsOf(found)) === undefined;
    const members = await this.withPresence(page);
    return {
      members: members.map((member, index) =>
        seesMutes || member.user.id === userId ? { ...member, mutedUntil: page[index]!.mutedUntil } : member,
      ),
      nextCursor: listed.length > limit && last ? encodeCursor([last.role, last.joinedAt, last.userId]) : null,
    };
  }

  private async bothOf({ directLow, directHigh }: RoomEntity): Promise<{ user: User; role: RoomRole }[]> {
    const people = await this.people.find([directLow, directHigh].filter((id) => id !== null));
    return [...people.values()].map((user) => ({ user, role: 'member' }));
  }

  private async withPresence(members: readonly { user: User; role: RoomRole }[]): Promise<MembersAnswer['members']> {
    const states = await this.presence.find(members.map(({ user }) => user.id));
    return members.map(({ user, role }, index) => {
      const { state, lastSeenAt } = states[index] ?? { state: 'offline', lastSeenAt: null };
      return { user, role, presence: state, lastSeenAt: lastSeenAt === null ? null : new Date(lastSeenAt).toISOString() };
    });
  }
}
