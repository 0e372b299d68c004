import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { roomChannel, userChannel } from '@parley/contracts';
import { RoomFanout } from '@parley/platform';
import { OpenRooms } from '../rooms/open-rooms.js';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { LocalSockets } from '../sockets/local-sockets.js';
import { TypingState } from './typing-state.js';

/** Between gateways: who began or stopped typing where. */
const TYPING_SUBJECT = 'typing';
type TypingNotice = readonly (readonly [roomId: string, userId: string, isOn: boolean])[];

/** Key presses of this long become one notice (ms). */
const GATHER_MS = 150;
/** How often it is looked who has stopped (ms). */
const SWEEP_MS = 500;

/** Tells those who have a room open who is typing in it, on every gateway. */
@Injectable()
export class TypingService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private outgoing = new Map<string, [string, string, boolean]>();
  private gathering: NodeJS.Timeout | undefined;
  private sweep: NodeJS.Timeout | undefined;
  private stopListening: (() => void) | undefined;

  constructor(
    private readonly fanout: RoomFanout,
    private readonly rooms: OpenRooms,
    private readonly sockets: LocalSockets,
    private readonly state: TypingState,
  ) {}

  onApplicationBootstrap(): void {
    this.stopListening = this.fanout.listen(TYPING_SUBJECT, (notice) => this.hear(notice as TypingNotice));
    this.sweep = setInterval(() => void (this.state.isEmpty || this.tell()), SWEEP_MS);
    this.sweep.unref();
  }

  beforeApplicationShutdown(): void {
    this.stopListening?.();
    clearInterval(this.sweep);
    clearTimeout(this.gathering);
  }

  say(socket: ChatSocket, roomId: string, isOn: boolean): void {
    const { typingIn, userId } = socket.data;
    if (isOn) typingIn.add(roomId);
    else if (!typingIn.delete(roomId)) return;
    this.outgoing.set(`${roomId}:${userId}`, [roomId, userId, isOn]);
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      const notice: TypingNotice = [...this.outgoing.values()];
      this.outgoing = new Map();
      this.fanout.toProcesses(TYPING_SUBJECT, notice);
    }, GATHER_MS);
  }

  /** The socket closed the room or is gone. */
  leave(socket: ChatSocket, roomId: string): void {
    this.say(socket, roomId, false);
  }

  leaveAll(socket: ChatSocket): void {
    for (const roomId of [...socket.data.typingIn]) this.leave(socket, roomId);
  }

  /** Whoever has just written is not typing. */
  wrote(roomId: string, userId: string): void {
    this.state.set(roomId, userId, false, performance.now());
    this.tell();
  }

  /** What somebody sees who has just opened the room. */
  greet(socket: ChatSocket, roomId: string): void {
    const userIds = this.state.shown(roomId).filter((userId) => userId !== socket.data.userId);
    if (userIds.length > 0) socket.emit('typing', { roomId, userIds });
  }

  private hear(notice: TypingNotice): void {
    const now = performance.now();
    for (const [roomId, userId, isOn] of notice) if (this.rooms.has(roomId)) this.state.set(roomId, userId, isOn, now);
    this.tell();
  }

  private tell(): void {
    for (const { roomId, userIds, typists, apart } of this.state.takeChanges(performance.now())) {
      this.sockets.emitLight(roomChannel(roomId), 'typing', { roomId, userIds: [...userIds] }, apart.map(userChannel));
      for (const typist of typists) {
        for (const socket of this.sockets.in(userChannel(typist.userId))) {
          if (socket.data.openRooms.has(roomId) && !socket.data.isSlow) socket.emit('typing', { roomId, userIds: [...typist.userIds] });
        }
      }
    }
  }
}
