import { Injectable } from '@nestjs/common';
import { roomChannel, type RoomRole } from '@parley/contracts';
import { ClassicStream } from '../classic/classic-stream.js';
import { ChangeTracker } from '../repair/change-tracker.js';
import { HeadTracker } from '../repair/head-tracker.js';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { TypingState } from '../typing/typing-state.js';
import { TailCache } from './tail-cache.js';

/** Which sockets of this gateway have which rooms open. The only place where sockets enter and leave room channels. */
@Injectable()
export class OpenRooms {
  private readonly rooms = new Map<string, Set<ChatSocket>>();

  constructor(
    private readonly tracker: HeadTracker,
    private readonly changes: ChangeTracker,
    private readonly tails: TailCache,
    private readonly typing: TypingState,
    private readonly classic: ClassicStream,
  ) {}

  has(roomId: string): boolean {
    return this.rooms.has(roomId);
  }

  get ids(): string[] {
    return [...this.rooms.keys()];
  }

  /** Somebody who looks at the room without being a member, as far as is known. */
  strangerIn(roomId: string): string | undefined {
    for (const { data } of this.rooms.get(roomId) ?? []) if (data.openRooms.get(roomId) === null) return data.userId;
    return undefined;
  }

  socketsIn(roomId: string): ReadonlySet<ChatSocket> | undefined {
    return this.rooms.get(roomId);
  }

  /** Resolves once the room's stream reaches the socket. */
  async open(socket: ChatSocket, roomId: string, role: RoomRole | null): Promise<void> {
    socket.data.openRooms.set(roomId, role);
    const sockets = this.rooms.get(roomId);
    if (sockets) sockets.add(socket);
    else {
      this.rooms.set(roomId, new Set([socket]));
      this.tracker.open(roomId, performance.now());
      this.changes.open(roomId);
    }
    await (socket.data.classic ? this.classic.enter(roomId, socket.id) : socket.join(roomChannel(roomId)));
  }

  close(socket: ChatSocket, roomId: string): void {
    socket.data.openings.delete(roomId);
    if (!socket.data.openRooms.delete(roomId)) return;
    if (socket.data.classic) this.classic.leave(roomId, socket.id);
    else void socket.leave(roomChannel(roomId));
    const sockets = this.rooms.get(roomId);
    sockets?.delete(socket);
    if (sockets?.size !== 0) return;
    // Nobody here receives the room any more, so nothing that is kept about it stays true.
    this.rooms.delete(roomId);
    this.tracker.close(roomId);
    this.changes.close(roomId);
    this.tails.forget(roomId);
    this.typing.forget(roomId);
  }

  closeAll(socket: ChatSocket): void {
    for (const roomId of [...socket.data.openRooms.keys()]) this.close(socket, roomId);
  }
}
