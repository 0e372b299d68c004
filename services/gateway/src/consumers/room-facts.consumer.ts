import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { RoomAccess, refusalOf } from '@parley/chat';
import { MembershipChanged, RoomChanged, roomChannel, userChannel } from '@parley/contracts';
import { EventLog, type Subscription } from '@parley/platform';
import { ConnectedPeople } from '../people/connected-people.js';
import { OpenRooms } from '../rooms/open-rooms.js';
import { RoomChangeTeller } from '../rooms/room-change-teller.js';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { LocalSockets } from '../sockets/local-sockets.js';
import { TypingService } from '../typing/typing.service.js';

/** Follows rooms and memberships: tells clients, and takes away at once what somebody may no longer see. */
@Injectable()
export class RoomFactsConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private subscription: Subscription | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly access: RoomAccess,
    private readonly people: ConnectedPeople,
    private readonly rooms: OpenRooms,
    private readonly sockets: LocalSockets,
    private readonly typing: TypingService,
    private readonly changes: RoomChangeTeller,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.subscription = await this.log.tail<MembershipChanged | RoomChanged>({
      topic: 'chat.rooms',
      events: [MembershipChanged, RoomChanged],
      handle: ({ payload }) => ('room' in payload ? this.changes.tell(payload.room) : this.follow(payload)),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }

  private async follow({ roomId, userId, change, role, user }: MembershipChanged): Promise<void> {
    const own = () => this.sockets.in(userChannel(userId)).filter((socket) => socket.data.openRooms.has(roomId));
    this.sockets.emit([roomChannel(roomId), userChannel(userId)], 'room:member', { roomId, userId, change, user, role });
    if (change === 'joined' || change === 'role') {
      this.people.joined(userId, roomId);
      for (const socket of own()) socket.data.openRooms.set(roomId, role);
      return;
    }
    this.people.left(userId, roomId);
    for (const socket of own()) socket.data.openRooms.set(roomId, null);
    if (change === 'left' && (await this.mayStillRead(roomId, userId))) return;
    this.people.find(userId)?.removedFrom(roomId, performance.now());
    for (const socket of own()) this.evict(socket, roomId);
  }

  /** Public rooms may be read by anybody who is not banned. In doubt, no: the client can open the room again. */
  private async mayStillRead(roomId: string, userId: string): Promise<boolean> {
    try {
      return refusalOf('read', await this.access.findFacts(roomId, userId)) === undefined;
    } catch {
      return false;
    }
  }

  private evict(socket: ChatSocket, roomId: string): void {
    this.typing.leave(socket, roomId);
    this.rooms.close(socket, roomId);
  }
}
