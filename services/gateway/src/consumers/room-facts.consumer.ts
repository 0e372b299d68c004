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
      // Nothing here is waited for: who is banned must not stay because somebody else's question takes long.
      handle: ({ payload }) => ('room' in payload ? this.changes.tell(payload.room) : this.follow(payload)),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }

  private follow({ roomId, userId, change, role, user }: MembershipChanged): void {
    this.sockets.emit([roomChannel(roomId), userChannel(userId)], 'room:member', { roomId, userId, change, user, role });
    for (const socket of this.socketsIn(roomId, userId)) socket.data.openRooms.set(roomId, role);
    if (change === 'joined' || change === 'role') return this.people.joined(userId, roomId);
    this.people.left(userId, roomId);
    if (change === 'left') void this.evictUnlessPublic(roomId, userId);
    else this.evict(roomId, userId);
  }

  private socketsIn(roomId: string, userId: string): ChatSocket[] {
    return this.sockets.in(userChannel(userId)).filter((socket) => socket.data.openRooms.has(roomId));
  }

  /** Public rooms may be read by anybody who is not banned. In doubt, no: the client can open the room again. */
  private async evictUnlessPublic(roomId: string, userId: string): Promise<void> {
    const facts = await this.access.findFacts(roomId, userId).catch(() => undefined);
    const asStranger = facts && { ...facts, role: null }; // the answer may be from before the departure
    if (refusalOf('read', asStranger) !== undefined) this.evict(roomId, userId);
  }

  private evict(roomId: string, userId: string): void {
    this.people.find(userId)?.removedFrom(roomId, performance.now());
    for (const socket of this.socketsIn(roomId, userId)) {
      this.typing.leave(socket, roomId);
      this.rooms.close(socket, roomId);
    }
  }
}
