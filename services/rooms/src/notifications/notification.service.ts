import { Injectable } from '@nestjs/common';
import { ParleyError, type Notifications, type SetNotificationsRequest } from '@parley/contracts';
import { DirectStarter } from '../direct/direct-starter.js';
import { MemberRepository } from '../members/member.repository.js';
import { RoomDirectory } from '../rooms/room-directory.js';
import { peerIdOf } from '../rooms/room.view.js';

/** What somebody wants to be told of a room. Clients act on it; nobody else is told. */
@Injectable()
export class NotificationService {
  constructor(
    private readonly directory: RoomDirectory,
    private readonly members: MemberRepository,
    private readonly starter: DirectStarter,
  ) {}

  /** Muting a private chat that has not begun makes its row: the wish has to be kept somewhere. */
  async set(userId: string, roomId: string, { notify, mutedUntil = null }: SetNotificationsRequest): Promise<Notifications> {
    const { room, isStored } = await this.directory.get(roomId, userId, 'set-notifications');
    const peerId = peerIdOf(room, userId);
    if (!isStored && peerId !== null) await this.starter.start(userId, peerId);
    const change = { notify, mutedUntil: mutedUntil === null ? null : new Date(mutedUntil) };
    if (!(await this.members.setNotifications(roomId, userId, change))) throw new ParleyError('NOT_A_MEMBER'); // left meanwhile
    return { notify, mutedUntil };
  }
}
