import { Injectable, Logger } from '@nestjs/common';
import { MessageHistory, NamedRooms, type NamedRoom } from '@parley/chat';
import { GENERAL_ROOM_NAME, ParleyError, type ClassicHistory } from '@parley/contracts';
import { HeadCheck } from '../repair/head-check.js';
import { RoomOpener } from '../rooms/room-opener.js';
import { TailCache } from '../rooms/tail-cache.js';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { ClassicStream, historyOf } from './classic-stream.js';
import type { StartingRoom } from './starting-room.js';

/** Lets classic sockets into rooms, with the checks and the order of `RoomOpener`. */
@Injectable()
export class ClassicEntry {
  private readonly logger = new Logger(ClassicEntry.name);

  constructor(
    private readonly rooms: NamedRooms,
    private readonly opener: RoomOpener,
    private readonly tails: TailCache,
    private readonly heads: HeadCheck,
    private readonly stream: ClassicStream,
    private readonly history: MessageHistory,
  ) {}

  /**
   * Where somebody who is about to be let in starts: in `general`, if it is there for him. The position is taken now, so
   * that nothing is missed that is sent while he enters.
   */
  async findStart(userId: string): Promise<StartingRoom | undefined> {
    try {
      const room = await this.rooms.find(GENERAL_ROOM_NAME, userId);
      const known = this.stream.positionOf(room.roomId);
      const after = known ?? (await this.history.heads([room.roomId]))[0]?.head ?? 0;
      return { room, after };
    } catch (error) {
      if (error instanceof ParleyError && (error.code === 'ROOM_NOT_FOUND' || error.code === 'BANNED')) return undefined;
      throw error;
    }
  }

  /** Never rejects: who cannot be let into his room is disconnected, and tries again. */
  async start(socket: ChatSocket, { room: { roomId, label }, after }: StartingRoom): Promise<void> {
    try {
      const entered = await this.opener.enter(socket, roomId);
      try {
        const tail = await this.tails.since(roomId, after);
        this.heads.baseline({ roomId, epoch: tail.epoch, head: tail.head, changes: tail.changes });
        for (const message of this.stream.begin(roomId, socket.id, { label, tail, after })) this.stream.send([socket.id], message, label);
      } catch (error) {
        entered.leave();
        throw error;
      }
    } catch (error) {
      if (socket.connected) this.logger.warn('a classic socket could not be let into its first room', error);
      socket.conn.close();
    }
  }

  /** Opens a room that the person may read; what he is told first is its newest page. */
  async enter(socket: ChatSocket, { roomId, label }: NamedRoom): Promise<ClassicHistory> {
    const entered = await this.opener.enter(socket, roomId);
    try {
      const tail = await this.tails.newest(roomId);
      this.heads.baseline({ roomId, epoch: tail.epoch, head: tail.head, changes: tail.changes });
      return historyOf(label, this.stream.begin(roomId, socket.id, { label, tail }));
    } catch (error) {
      entered.leave();
      throw error;
    }
  }
}
