import { Injectable } from '@nestjs/common';
import { MemberMuted, ParleyError, type RoomRole } from '@parley/contracts';
import { Outbox } from '@parley/platform';
import { AccessNotices } from '../access/access-notices.js';
import { BanRepository } from '../bans/ban.repository.js';
import { RoomsDatabase } from '../db/rooms.database.js';
import { PeopleService } from '../people/people.service.js';
import { RoomDirectory } from '../rooms/room-directory.js';
import { MembershipService } from './membership.service.js';
import { MembershipWriter } from './membership-writer.js';
import { MuteRepository } from './mute.repository.js';

/** What owners and moderators do to the members of their room. Everything may be repeated. */
@Injectable()
export class MemberAdminService {
  constructor(
    private readonly database: RoomsDatabase,
    private readonly directory: RoomDirectory,
    private readonly memberships: MembershipService,
    private readonly writer: MembershipWriter,
    private readonly bans: BanRepository,
    private readonly mutes: MuteRepository,
    private readonly outbox: Outbox,
    private readonly people: PeopleService,
    private readonly notices: AccessNotices,
  ) {}

  /** Throws USER_NOT_FOUND for those who are not members, LAST_OWNER when no owner would be left. */
  async changeRole(userId: string, roomId: string, memberId: string, role: RoomRole): Promise<void> {
    await this.directory.get(roomId, userId, 'change-role');
    const member = await this.people.get(memberId);
    await this.database.transaction(async (transaction) => {
      const becomes = role === 'owner' ? 'owner' : 'no owner';
      const { room, target } = await this.directory.lock(transaction, roomId, userId, 'change-role', { userId: memberId, becomes });
      if (target?.role !== role) await this.writer.changeRole(transaction, room, member, role);
    });
    this.notices.announce(roomId, [memberId]);
  }

  /** Who removes himself leaves. Throws USER_NOT_FOUND for those who are not members. */
  async remove(userId: string, roomId: string, memberId: string): Promise<void> {
    if (memberId === userId) return this.memberships.leave(userId, roomId);
    await this.directory.get(roomId, userId, 'remove');
    const member = await this.people.get(memberId);
    await this.database.transaction(async (transaction) => {
      const { room } = await this.directory.lock(transaction, roomId, userId, 'remove', { userId: memberId, becomes: 'gone' });
      await this.writer.remove(transaction, room, member, 'removed');
    });
    this.notices.announce(roomId, [memberId]);
  }

  /**
   * Takes a member's word away until then, also if he leaves and comes back meanwhile; null gives it back. Throws
   * USER_NOT_FOUND for those who are not members.
   */
  async mute(userId: string, roomId: string, memberId: string, mutedUntil: string | null): Promise<void> {
    await this.directory.get(roomId, userId, 'mute');
    if (memberId === userId) throw new ParleyError('VALIDATION_FAILED', { detail: 'you cannot mute yourself, or lift your own mute' });
    const user = await this.people.get(memberId);
    const until = mutedUntil !== null && Date.parse(mutedUntil) > Date.now() ? mutedUntil : null;
    await this.database.transaction(async (transaction) => {
      const { target } = await this.directory.lock(transaction, roomId, userId, 'mute', { userId: memberId, becomes: 'unchanged' });
      await this.mutes.set(transaction, { roomId, userId: memberId, mutedBy: userId, until });
      const at = new Date().toISOString();
      await this.outbox.add(transaction, MemberMuted, { roomId, userId: memberId, role: target!.role!, user, mutedUntil: until, at });
    });
    this.notices.announce(roomId, [memberId]);
  }

  /** Removes a member, if he is one, and keeps the person out. */
  async ban(userId: string, roomId: string, bannedId: string): Promise<void> {
    await this.directory.get(roomId, userId, 'ban');
    if (bannedId === userId) throw new ParleyError('VALIDATION_FAILED', { detail: 'you cannot ban yourself' });
    const banned = await this.people.get(bannedId);
    await this.database.transaction(async (transaction) => {
      const { room } = await this.directory.lock(transaction, roomId, userId, 'ban', { userId: bannedId, becomes: 'gone' });
      const isNew = await this.bans.insert(transaction, { roomId, userId: bannedId, bannedBy: userId });
      if (isNew) await this.writer.remove(transaction, room, banned, 'banned');
    });
    this.notices.announce(roomId, [bannedId]);
  }
}
