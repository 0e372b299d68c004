import { Injectable } from '@nestjs/common';
import type { OpenRoom, OpenedRoom, SyncRooms, SyncedRooms } from '@parley/contracts';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { OutputGuard } from '../sockets/output-guard.js';
import { TypingService } from '../typing/typing.service.js';
import { OpenRooms } from './open-rooms.js';
import { RoomOpener } from './room-opener.js';
import { RoomsSyncer } from './rooms-syncer.js';

/** `room:open`, `rooms:sync`, `room:close` */
@Injectable()
export class OpeningHandlers {
  constructor(
    private readonly opener: RoomOpener,
    private readonly syncer: RoomsSyncer,
    private readonly rooms: OpenRooms,
    private readonly typing: TypingService,
    private readonly output: OutputGuard,
  ) {}

  async open(socket: ChatSocket, command: OpenRoom): Promise<OpenedRoom> {
    const opened = await this.output.read(socket, () => this.opener.open(socket, command));
    this.typing.greet(socket, command.roomId);
    return opened;
  }

  async sync(socket: ChatSocket, { rooms }: SyncRooms): Promise<SyncedRooms> {
    const synced = await this.output.read(socket, () => this.syncer.sync(socket, rooms));
    for (const room of synced.rooms) if ('head' in room) this.typing.greet(socket, room.roomId);
    return synced;
  }

  close(socket: ChatSocket, { roomId }: { roomId: string }): Record<string, never> {
    this.typing.leave(socket, roomId);
    this.rooms.close(socket, roomId);
    return {};
  }
}
