import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MessageHistory, NamedRooms, Profiles, RoomAccess, assertAllowed, type NamedRoom } from '@parley/chat';
import type { ClassicAnswer, ClassicHistory, ClassicNotification, ClassicPayload } from '@parley/contracts';
import { RoomFanout } from '@parley/platform';
import { OpenRooms } from '../rooms/open-rooms.js';
import { SendingHandlers } from '../sending/sending.handlers.js';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { LocalSockets } from '../sockets/local-sockets.js';
import { OutputGuard } from '../sockets/output-guard.js';
import { ClassicEntry } from './classic-entry.js';
import { ClassicStream, historyOf } from './classic-stream.js';

/** Subject of `RoomFanout.toProcesses` for who comes and goes. */
const NOTIFICATION_SUBJECT = 'classic-notification';

interface Notice {
  readonly roomId: string;
  readonly socketId: string;
  readonly notification: ClassicNotification;
}

/** `join`, `leave`, `message`, `send_message`, `load_history`: each means something that there is already. */
@Injectable()
export class ClassicHandlers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopListening: (() => void) | undefined;

  constructor(
    private readonly rooms: NamedRooms,
    private readonly entry: ClassicEntry,
    private readonly stream: ClassicStream,
    private readonly open: OpenRooms,
    private readonly sending: SendingHandlers,
    private readonly access: RoomAccess,
    private readonly history: MessageHistory,
    private readonly profiles: Profiles,
    private readonly sockets: LocalSockets,
    private readonly output: OutputGuard,
    private readonly fanout: RoomFanout,
  ) {}

  onApplicationBootstrap(): void {
    this.stopListening = this.fanout.listen(NOTIFICATION_SUBJECT, (notice) => {
      const { roomId, socketId, notification } = notice as Notice;
      this.stream.notify(roomId, notification, socketId);
    });
  }

  beforeApplicationShutdown(): void {
    this.stopListening?.();
  }

  async join(socket: ChatSocket, { room }: ClassicPayload<'join'>): Promise<ClassicAnswer<'join'>> {
    const { userId, announcedIn } = socket.data;
    const named = await this.rooms.join(room, userId);
    const history = await this.output.read(socket, () => this.entry.enter(socket, named));
    this.tellHistory(socket, history);
    if (!announcedIn.has(named.roomId)) {
      announcedIn.add(named.roomId);
      await this.announce(socket, named, 'join');
    }
    return { room: named.label, roomId: named.roomId };
  }

  /** The membership stays: what ends is that the room's messages come here. */
  async leave(socket: ChatSocket, { room }: ClassicPayload<'leave'>): Promise<ClassicAnswer<'leave'>> {
    const { openRooms, announcedIn } = socket.data;
    const named = await this.find(socket, room);
    const wasOpen = openRooms.has(named.roomId);
    announcedIn.delete(named.roomId);
    this.open.close(socket, named.roomId);
    if (wasOpen) await this.announce(socket, named, 'leave');
    return { room: named.label, roomId: named.roomId };
  }

  async send(socket: ChatSocket, { room, text }: ClassicPayload<'message'>): Promise<ClassicAnswer<'message'>> {
    const { roomId } = await this.find(socket, room);
    const { messageId } = await this.sending.send(socket, { roomId, text });
    return { id: messageId };
  }

  async loadHistory(socket: ChatSocket, { room, before, limit }: ClassicPayload<'load_history'>): Promise<ClassicHistory> {
    const { roomId, label } = await this.find(socket, room);
    assertAllowed('read', await this.access.findFacts(roomId, socket.data.userId));
    const position = before === undefined ? ({ newest: true } as const) : { before };
    const { messages } = await this.output.read(socket, () => this.history.page(roomId, position, limit));
    const history = historyOf(label, messages);
    this.tellHistory(socket, history);
    return history;
  }

  /** Rooms that are open here are known; the rooms service is asked for all others. */
  private async find({ data }: ChatSocket, room: string): Promise<NamedRoom> {
    for (const roomId of data.openRooms.keys()) {
      const label = this.stream.labelOf(roomId);
      if (label !== undefined && (roomId === room || label.toLowerCase() === room.toLowerCase())) return { roomId, label };
    }
    return this.rooms.find(room, data.userId);
  }

  private tellHistory(socket: ChatSocket, history: ClassicHistory): void {
    this.sockets.emitClassic([socket.id], 'history', history);
  }

  private async announce(socket: ChatSocket, { roomId, label }: NamedRoom, type: ClassicNotification['type']): Promise<void> {
    const [user] = await this.profiles.find([socket.data.userId]);
    if (!user) return;
    const message = `${user.username} ${type === 'join' ? 'joined' : 'left'}`;
    const notification: ClassicNotification = { room: label, username: user.username, type, message };
    this.fanout.toProcesses(NOTIFICATION_SUBJECT, { roomId, socketId: socket.id, notification } satisfies Notice);
  }
}
