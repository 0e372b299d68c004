import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { RoomAccess, refusalOf } from '@parley/chat';
import {
  MemberMuted,
  MembershipChanged,
  MembershipChangedV1,
  RoomChanged,
  roomChannel,
  userChannel,
  type RoomState,
} from '@parley/contracts';
import { EventLog, type Subscription } from '@parley/platform';
import { ClassicStream } from '../classic/classic-stream.js';
import { ConnectedPeople } from '../people/connected-people.js';
import { RoomChangeTeller } from '../rooms/room-change-teller.js';
import { RoomEvictor } from '../rooms/room-evictor.js';
import { LocalSockets } from '../sockets/local-sockets.js';

/** Follows rooms and memberships: tells clients, and takes away at once what somebody may no longer see. */
@Injectable()
export class RoomFactsConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private subscription: Subscription | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly access: RoomAccess,
    private readonly people: ConnectedPeople,
    private readonly sockets: LocalSockets,
    private readonly changes: RoomChangeTeller,
    private readonly evictor: RoomEvictor,
    private readonly classic: ClassicStream,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.subscription = await this.log.tail<MembershipChangedV1 | MembershipChanged | RoomChanged | MemberMuted>({
      topic: 'chat.rooms',
      events: [MembershipChangedV1, MembershipChanged, RoomChanged, MemberMuted],
      // Nothing here is waited for: who is banned must not stay because somebody else's question takes long.
      handle: ({ payload }) => {
        if ('room' in payload) this.followRoom(payload.room);
        else if ('mutedUntil' in payload) this.tellMuted(payload);
        else this.followMember(payload);
      },
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }

  private followRoom(room: RoomState): void {
    if (room.visibility === 'private') this.evictor.evictStrangers(room.id);
    this.classic.rename(room);
    this.changes.tell(room);
  }

  private followMember(fact: MembershipChangedV1 | MembershipChanged): void {
    const { roomId, userId, change, role, at: _, ...rest } = fact;
    this.sockets.emit([roomChannel(roomId), userChannel(userId)], 'room:member', { roomId, userId, change, role, ...rest });
    for (const socket of this.evictor.socketsIn(roomId, userId)) socket.data.openRooms.set(roomId, role);
    if (role !== null) return this.people.joined(userId, roomId, role);
    this.people.left(userId, roomId);
    if (change === 'left') void this.evictUnlessPublic(roomId, userId);
    else this.evictor.evict(roomId, userId);
  }

  /** Nobody else needs to see it. */
  private tellMuted({ roomId, userId, user, role, mutedUntil }: MemberMuted): void {
    this.sockets.emit(userChannel(userId), 'room:member', { roomId, userId, change: 'muted', user, role, mutedUntil });
  }

  /** Public rooms may be read by anybody who is not banned. In doubt, no: the client can open the room again. */
  private async evictUnlessPublic(roomId: string, userId: string): Promise<void> {
    const facts = await this.access.findFacts(roomId, userId).catch(() => undefined);
    const asStranger = facts && { ...facts, role: null }; // the answer may be from before the departure
    if (refusalOf('read', asStranger) !== undefined) this.evictor.evict(roomId, userId);
  }
}
