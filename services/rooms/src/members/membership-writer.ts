import { Injectable } from '@nestjs/common';
import { MembershipChanged, type RoomRole, type User } from '@parley/contracts';
import type { Transaction } from '@parley/db';
import { Outbox } from '@parley/platform';
import { announcementOfMember } from '../announcements/announcements.js';
import { RoomAnnouncer } from '../announcements/room-announcer.js';
import type { RoomEntity } from '../db/room.entity.js';
import { RoomRepository } from '../rooms/room.repository.js';
import { DepartureRepository } from './departure.repository.js';
import { MemberRepository } from './member.repository.js';

/**
 * The one way in and out of a room: the membership, the room's count and the fact change together. Callers hold the lock
 * of the room's row (`RoomRepository.lock`), which makes the count exact.
 */
@Injectable()
export class MembershipWriter {
  constructor(
    private readonly members: MemberRepository,
    private readonly departures: DepartureRepository,
    private readonly rooms: RoomRepository,
    private readonly outbox: Outbox,
    private readonly announcer: RoomAnnouncer,
  ) {}

  /** Newcomers have read everything. Those who are members already stay as they are. Updates the count of `room`. */
  async add(transaction: Transaction, room: RoomEntity, people: readonly User[], role: RoomRole): Promise<void> {
    const added = new Set(
      await this.members.insert(
        transaction,
        room,
        people.map(({ id }) => id),
        role,
      ),
    );
    await this.count(transaction, room, added.size);
    for (const user of people) {
      if (!added.has(user.id)) continue;
      await this.publish(transaction, room, user, 'joined', role);
      if (role === 'member') await this.announce(transaction, room, user, 'joined'); // who makes a room is no news in it
    }
  }

  /** Nothing happens to who is not a member, except that a ban is told of: he may be reading. */
  async remove(transaction: Transaction, room: RoomEntity, person: User, change: 'left' | 'removed' | 'banned'): Promise<void> {
    const isRemoved = await this.members.delete(transaction, room.id, person.id);
    if (isRemoved) await this.count(transaction, room, -1);
    if (!isRemoved && change !== 'banned') return;
    await this.departures.note(transaction, room.id, person.id);
    await this.publish(transaction, room, person, change, null);
    if (isRemoved) await this.announce(transaction, room, person, change);
  }

  async changeRole(transaction: Transaction, room: RoomEntity, person: User, role: RoomRole): Promise<void> {
    await this.members.setRole(transaction, room.id, person.id, role);
    await this.publish(transaction, room, person, 'role', role);
  }

  private async count(transaction: Transaction, room: RoomEntity, difference: number): Promise<void> {
    if (difference !== 0) Object.assign(room, await this.rooms.changeMemberCount(transaction, room.id, difference));
  }

  /** Only where it matters who can read: in public rooms everybody can, and crowds come and go (`docs/adr/0002-what-rooms-say.md`). */
  private async announce(
    transaction: Transaction,
    { id, kind, visibility }: RoomEntity,
    user: User,
    change: 'joined' | 'left' | 'removed' | 'banned',
  ): Promise<void> {
    if (kind === 'room' && visibility === 'private') await this.announcer.announce(transaction, id, announcementOfMember(change, user));
  }

  private async publish(
    transaction: Transaction,
    room: RoomEntity,
    user: User,
    change: MembershipChanged['change'],
    role: RoomRole | null,
  ): Promise<void> {
    await this.outbox.add(transaction, MembershipChanged, {
      roomId: room.id,
      userId: user.id,
      change,
      role,
      user,
      memberCount: room.memberCount,
      memberRev: room.memberRev,
      at: new Date().toISOString(),
    });
  }
}
