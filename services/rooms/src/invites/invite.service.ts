import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  LIMITS,
  ParleyError,
  validationError,
  type CreateInviteRequest,
  type Invite,
  type InvitesAnswer,
  type Room,
} from '@parley/contracts';
import { OriginPolicy } from '@parley/runtime';
import { RoomsDatabase } from '../db/rooms.database.js';
import { MembershipService } from '../members/membership.service.js';
import { PeopleService } from '../people/people.service.js';
import { RoomDirectory } from '../rooms/room-directory.js';
import { InviteRepository, type StoredInvite } from './invite.repository.js';

/** 96 bits: nobody finds one by trying. */
const CODE_BYTES = 12;

/** Links that let people into a room, private ones too. */
@Injectable()
export class InviteService {
  constructor(
    private readonly database: RoomsDatabase,
    private readonly directory: RoomDirectory,
    private readonly memberships: MembershipService,
    private readonly invites: InviteRepository,
    private readonly people: PeopleService,
    private readonly origins: OriginPolicy,
  ) {}

  async create(userId: string, roomId: string, { expiresAt = null, maxUses = null }: CreateInviteRequest): Promise<Invite> {
    if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) {
      throw validationError([{ path: ['expiresAt'], message: 'must be in the future' }]);
    }
    await this.directory.get(roomId, userId, 'invite');
    const invite: StoredInvite = { code: randomBytes(CODE_BYTES).toString('base64url'), roomId, expiresAt, maxUses, uses: 0 };
    await this.database.transaction(async (transaction) => {
      await this.directory.lock(transaction, roomId, userId, 'invite');
      await this.invites.deleteSpent(transaction, roomId);
      if ((await this.invites.count(transaction, roomId)) >= LIMITS.invitesMax) {
        throw new ParleyError('VALIDATION_FAILED', { detail: `a room has at most ${LIMITS.invitesMax} invitations: revoke some first` });
      }
      await this.invites.insert(transaction, { ...invite, createdBy: userId });
    });
    return this.view(invite);
  }

  /** Those that hold. */
  async list(userId: string, roomId: string): Promise<InvitesAnswer> {
    await this.directory.get(roomId, userId, 'list-invites');
    return { invites: (await this.invites.list(roomId)).map((invite) => this.view(invite)) };
  }

  async revoke(userId: string, roomId: string, code: string): Promise<void> {
    await this.directory.get(roomId, userId, 'invite');
    if (!(await this.invites.delete(roomId, code))) throw new ParleyError('INVITE_NOT_FOUND');
  }

  /** Members are told of their room; nothing is counted for them. */
  async accept(userId: string, code: string): Promise<Room> {
    await this.people.meet(userId);
    const roomId = await this.invites.findRoomId(code);
    if (roomId === undefined) throw new ParleyError('INVITE_NOT_FOUND');
    return this.memberships.enter(userId, roomId, 'join-invited', async (transaction) => {
      if (!(await this.invites.use(transaction, code))) throw new ParleyError('INVITE_NOT_FOUND');
    });
  }

  private view({ code, expiresAt, maxUses, uses }: StoredInvite): Invite {
    return { code, url: new URL(`/invite/${code}`, this.origins.publicUrl).href, expiresAt, maxUses, uses };
  }
}
