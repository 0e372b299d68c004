import { Injectable, Logger } from '@nestjs/common';
import { MessageHistory, classicMessage, isShown } from '@parley/chat';
import {
  LIMITS,
  roomChannel,
  type ClassicHistory,
  type ClassicNotification,
  type Message,
  type MessagesBatch,
  type RoomState,
} from '@parley/contracts';
import type { RoomTail } from '../rooms/room-tail.js';
import { LocalSockets } from '../sockets/local-sockets.js';

/** Stands in a room's channel for all classic sockets of the room: its stream comes here while none of them gets it as it is. */
const LISTENER = 'classic-listener';
/** A hole is repaired within 5 s; what is still missing then does not come any more (ms). */
const HOLE_MAX_MS = 6_000;
const AHEAD_MAX = 1_000;

interface ClassicRoom {
  /** What clients call it: its public name, else its id. */
  label: string;
  /** Sockets for which the room is open, and those of them that have been told where it stands. */
  readonly entered: Set<string>;
  readonly receiving: Set<string>;
  epoch: number;
  /** Everything up to here was sent; undefined until the room was read for the first time. */
  sent: number | undefined;
  /** What came before its turn. */
  readonly ahead: Map<number, Message>;
  holeSince: number | undefined;
}

/**
 * Turns the streams of rooms into what classic sockets understand: once per gateway, in the order of `seq`, without
 * doubles. What the fan-out lost comes by `HeadCheck` like for everyone.
 */
@Injectable()
export class ClassicStream {
  private readonly logger = new Logger(ClassicStream.name);
  private readonly rooms = new Map<string, ClassicRoom>();

  constructor(
    private readonly sockets: LocalSockets,
    private readonly history: MessageHistory,
  ) {}

  /** Resolves once the room's stream arrives here. */
  async enter(roomId: string, socketId: string): Promise<void> {
    let room = this.rooms.get(roomId);
    if (!room) {
      room = { label: roomId, entered: new Set(), receiving: new Set(), epoch: 0, sent: undefined, ahead: new Map(), holeSince: undefined };
      this.rooms.set(roomId, room);
    }
    room.entered.add(socketId);
    await this.sockets.adapter.addAll(LISTENER, new Set([roomChannel(roomId)]));
  }

  leave(roomId: string, socketId: string): void {
    const room = this.rooms.get(roomId);
    if (!room) return;
    room.entered.delete(socketId);
    room.receiving.delete(socketId);
    if (room.entered.size > 0) return;
    this.rooms.delete(roomId);
    void this.sockets.adapter.del(LISTENER, roomChannel(roomId));
  }

  labelOf(roomId: string): string | undefined {
    return this.rooms.get(roomId)?.label;
  }

  /** How far the room was sent, if that is known here. */
  positionOf(roomId: string): number | undefined {
    return this.rooms.get(roomId)?.sent;
  }

  /**
   * From here on the socket gets what follows. Answers what it is to be told first: what came after `after`, else the newest
   * page. `tail` was read after the socket had entered.
   */
  begin(
    roomId: string,
    socketId: string,
    { label, tail, after }: { label: string; tail: RoomTail; after?: number | undefined },
  ): Message[] {
    const room = this.rooms.get(roomId);
    if (!room?.entered.has(socketId)) return [];
    room.label = label;
    if (room.sent === undefined) {
      room.epoch = tail.epoch;
      room.sent = tail.head;
    }
    this.flush(room);
    const { sent } = room;
    room.receiving.add(socketId);
    return (after === undefined ? tail.newest(LIMITS.pageDefault) : tail.since(after)).filter(({ seq }) => seq <= sent);
  }

  /** A part of the room's stream, live or repaired. */
  observe({ roomId, epoch, messages }: Pick<MessagesBatch, 'roomId' | 'epoch' | 'messages'>): void {
    const room = this.rooms.get(roomId);
    if (!room || (room.sent !== undefined && epoch !== room.epoch)) return;
    for (const message of messages) if (message.seq > (room.sent ?? 0)) room.ahead.set(message.seq, message);
    this.flush(room);
  }

  /** Too much was missed, or the history is another one: everybody gets the newest page instead. Never rejects. */
  async restart(roomId: string): Promise<void> {
    const room = this.rooms.get(roomId);
    if (!room) return;
    try {
      const page = await this.history.page(roomId, { newest: true }, LIMITS.pageDefault);
      if (page.epoch === room.epoch && page.head === room.sent) return;
      room.epoch = page.epoch;
      room.sent = page.head;
      this.sockets.emitClassic([...room.receiving], 'history', historyOf(room.label, page.messages));
      this.flush(room);
    } catch (error) {
      this.logger.warn('a room that was missed could not be read; it goes on with the next message', error);
      room.sent = undefined;
    }
  }

  /** To the classic sockets in the room, except the one that it is about. */
  notify(roomId: string, notification: ClassicNotification, exceptSocketId: string): void {
    const others = [...(this.rooms.get(roomId)?.receiving ?? [])].filter((id) => id !== exceptSocketId);
    this.sockets.emitClassic(others, 'notification', notification);
  }

  rename({ id, kind, visibility, name }: RoomState): void {
    const room = this.rooms.get(id);
    if (room) room.label = kind === 'room' && visibility === 'public' ? name : id;
  }

  private flush(room: ClassicRoom): void {
    if (room.sent === undefined) return this.shrink(room);
    this.skipLostHole(room);
    const receivers = [...room.receiving];
    for (const seq of [...room.ahead.keys()].sort((a, b) => a - b)) {
      if (seq > room.sent + 1) break;
      const message = room.ahead.get(seq)!;
      room.ahead.delete(seq);
      if (seq <= room.sent) continue;
      room.sent = seq;
      this.send(receivers, message, room.label);
    }
    if (room.ahead.size === 0) room.holeSince = undefined;
    else room.holeSince ??= performance.now();
  }

  /** Both names for each message, because some clients know only one of them. */
  send(socketIds: string[], message: Message, label: string): void {
    if (!isShown(message) || socketIds.length === 0) return;
    const payload = classicMessage(message, label);
    this.sockets.emitClassic(socketIds, 'message', payload);
    this.sockets.emitClassic(socketIds, 'receive_message', payload);
  }

  private skipLostHole(room: ClassicRoom): void {
    const isLost = room.holeSince !== undefined && performance.now() - room.holeSince > HOLE_MAX_MS;
    if (room.ahead.size <= AHEAD_MAX && !isLost) return;
    room.sent = Math.min(...room.ahead.keys()) - 1;
  }

  /** Before the first read only the newest count: that read has all others. */
  private shrink(room: ClassicRoom): void {
    for (const seq of room.ahead.keys()) {
      if (room.ahead.size <= AHEAD_MAX) return;
      room.ahead.delete(seq);
    }
  }
}

export const historyOf = (room: string, messages: readonly Message[]): ClassicHistory => ({
  room,
  messages: messages.filter(isShown).map((message) => classicMessage(message, room)),
});
