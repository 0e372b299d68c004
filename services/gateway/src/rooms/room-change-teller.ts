import { Injectable, Logger } from '@nestjs/common';
import { Profiles, RoomAccess } from '@parley/chat';
import { userChannel, type Room, type RoomRole, type RoomState, type User } from '@parley/contracts';
import { ConnectedPeople } from '../people/connected-people.js';
import { LocalSockets } from '../sockets/local-sockets.js';
import { OpenRooms } from './open-rooms.js';

/** People who are told in one turn of the event loop. */
const SLICE = 500;

/**
 * Sends `room:changed` to those who see the room, each with his own role in it. Nobody is asked for: the roles of all
 * who are connected here are known, and there are few different ones, so that a room of thousands costs four frames.
 */
@Injectable()
export class RoomChangeTeller {
  private readonly logger = new Logger(RoomChangeTeller.name);

  constructor(
    private readonly access: RoomAccess,
    private readonly profiles: Profiles,
    private readonly people: ConnectedPeople,
    private readonly rooms: OpenRooms,
    private readonly sockets: LocalSockets,
  ) {}

  tell(room: RoomState): void {
    const roles = this.rolesIn(room.id);
    if (room.kind === 'room') return this.tellAll(room, roles);
    this.tellBoth(room, roles).catch((error: unknown) => {
      this.logger.warn('a change of a private chat could not be told; clients learn of it when they read it', error);
    });
  }

  private rolesIn(roomId: string): Map<string, RoomRole | null> {
    const roles = new Map<string, RoomRole | null>();
    for (const { data } of this.rooms.socketsIn(roomId) ?? []) roles.set(data.userId, data.openRooms.get(roomId) ?? null);
    for (const { userId, rooms } of this.people.membersOf(roomId) ?? []) roles.set(userId, rooms.get(roomId) ?? null);
    return roles;
  }

  private tellAll(room: RoomState, roles: ReadonlyMap<string, RoomRole | null>): void {
    for (const role of new Set(roles.values())) {
      const channels = [...roles].filter(([, each]) => each === role).map(([userId]) => userChannel(userId));
      this.send(channels, { room: seenBy(role, room) });
    }
  }

  /** In slices, so that a crowd does not stop everything else. */
  private send(channels: readonly string[], change: { room: Room }): void {
    this.sockets.emit(channels.slice(0, SLICE), 'room:changed', change);
    if (channels.length > SLICE) setImmediate(() => this.send(channels.slice(SLICE), change));
  }

  /** A private chat bears the name of the other person. */
  private async tellBoth(room: RoomState, roles: ReadonlyMap<string, RoomRole | null>): Promise<void> {
    if (roles.size === 0) return;
    const members = await this.access.listMemberIds(room.id);
    const users = new Map((await this.profiles.find(members)).map((user) => [user.id, user]));
    for (const [userId, role] of roles) {
      const peer = users.get(members.find((id) => id !== userId) ?? '');
      if (peer) this.sockets.emit(userChannel(userId), 'room:changed', { room: seenBy(role, room, peer) });
    }
  }
}

const seenBy = (role: RoomRole | null, room: RoomState, peer?: User): Room => ({
  ...room,
  ...(peer ? { name: peer.displayName, peer } : {}),
  joined: role !== null,
  role,
});
