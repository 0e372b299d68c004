import { Injectable } from '@nestjs/common';
import { userChannel } from '@parley/contracts';
import { ConnectedPeople } from '../people/connected-people.js';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { LocalSockets } from '../sockets/local-sockets.js';
import { TypingService } from '../typing/typing.service.js';
import { OpenRooms } from './open-rooms.js';

/** Takes rooms away from people who may no longer read them. */
@Injectable()
export class RoomEvictor {
  constructor(
    private readonly people: ConnectedPeople,
    private readonly rooms: OpenRooms,
    private readonly sockets: LocalSockets,
    private readonly typing: TypingService,
  ) {}

  /** From all sockets of the person, those included that are opening the room at this moment. */
  evict(roomId: string, userId: string): void {
    this.people.find(userId)?.removedFrom(roomId, performance.now());
    for (const socket of this.socketsIn(roomId, userId)) {
      this.typing.leave(socket, roomId);
      this.rooms.close(socket, roomId);
    }
  }

  /** Of a room that is no longer public. */
  evictStrangers(roomId: string): void {
    const strangers = [...(this.rooms.socketsIn(roomId) ?? [])].filter(({ data }) => (data.openRooms.get(roomId) ?? null) === null);
    for (const userId of new Set(strangers.map(({ data }) => data.userId))) this.evict(roomId, userId);
  }

  socketsIn(roomId: string, userId: string): ChatSocket[] {
    return this.sockets.in(userChannel(userId)).filter((socket) => socket.data.openRooms.has(roomId));
  }
}
