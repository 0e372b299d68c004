import { Injectable, Logger } from '@nestjs/common';
import { Profiles, RoomAccess } from '@parley/chat';
import { userChannel, type Room, type RoomRole, type RoomState, type User } from '@parley/contracts';
import { Slots } from '../limits/slots.js';
import { ConnectedPeople } from '../people/connected-people.js';
import { LocalSockets } from '../sockets/local-sockets.js';
import { OpenRooms } from './open-rooms.js';

/**
 * Members whose role has to be asked for when a room changes that they do not have open. In larger rooms those
 * learn of it when they open it: a question per member would cost more than the change is worth.
 */
const ASKED_MAX = 200;
const QUESTIONS = 8;

/** Sends `room:changed` to those who see the room, each with his own role in it. */
@Injectable()
export class RoomChangeTeller {
  private readonly logger = new Logger(RoomChangeTeller.name);
  private readonly slots = new Slots(QUESTIONS);
  /** Rooms that are being told, with the state that came meanwhile. */
  private readonly telling = new Map<string, RoomState | undefined>();

  constructor(
    private readonly access: RoomAccess,
    private readonly profiles: Profiles,
    private readonly people: ConnectedPeople,
    private readonly rooms: OpenRooms,
    private readonly sockets: LocalSockets,
  ) {}

  /** One after the other per room, and of several changes that wait only the last. */
  tell(room: RoomState): void {
    const isTelling = this.telling.has(room.id);
    this.telling.set(room.id, isTelling ? room : undefined);
    if (!isTelling) void this.tellInTurn(room);
  }

  private async tellInTurn(room: RoomState): Promise<void> {
    try {
      await this.tellNow(room);
    } catch (error) {
      this.logger.warn('a change of a room could not be told; clients learn of it when they read the room', error);
    }
    const next = this.telling.get(room.id);
    this.telling.delete(room.id);
    if (next) this.tell(next);
  }

  private async tellNow(room: RoomState): Promise<void> {
    const roles = new Map<string, RoomRole | null>();
    for (const { data } of this.rooms.socketsIn(room.id) ?? []) roles.set(data.userId, data.openRooms.get(room.id) ?? null);
    const unknown = [...(this.people.membersOf(room.id) ?? [])].filter(({ userId }) => !roles.has(userId));
    if (unknown.length <= ASKED_MAX) {
      await Promise.all(
        unknown.map(({ userId }) => this.slots.run(async () => void roles.set(userId, await this.findRole(room.id, userId)))),
      );
    }
    if (room.kind === 'direct') await this.tellBoth(room, roles);
    else this.tellAll(room, roles);
  }

  private tellAll(room: RoomState, roles: ReadonlyMap<string, RoomRole | null>): void {
    for (const role of new Set(roles.values())) {
      const channels = [...roles].filter(([, each]) => each === role).map(([userId]) => userChannel(userId));
      this.sockets.emit(channels, 'room:changed', { room: seenBy(role, room) });
    }
  }

  /** A private chat bears the name of the other person. */
  private async tellBoth(room: RoomState, roles: ReadonlyMap<string, RoomRole | null>): Promise<void> {
    const members = await this.access.listMemberIds(room.id);
    const users = new Map((await this.profiles.find(members)).map((user) => [user.id, user]));
    for (const [userId, role] of roles) {
      const peer = users.get(members.find((id) => id !== userId) ?? '');
      if (peer) this.sockets.emit(userChannel(userId), 'room:changed', { room: seenBy(role, room, peer) });
    }
  }

  private async findRole(roomId: string, userId: string): Promise<RoomRole | null> {
    try {
      return (await this.access.findFacts(roomId, userId))?.role ?? null;
    } catch (error) {
      this.logger.debug('a role could not be read', error);
      return null;
    }
  }
}

const seenBy = (role: RoomRole | null, room: RoomState, peer?: User): Room => ({
  ...room,
  ...(peer ? { name: peer.displayName, peer } : {}),
  joined: role !== null,
  role,
});
