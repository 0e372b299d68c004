import { Injectable } from '@nestjs/common';
import {
  roomChannel,
  type ClassicServerEventName,
  type ClassicServerPayload,
  type ServerEventName,
  type ServerPayload,
} from '@parley/contracts';
import type { ChatServer, ChatSocket } from './chat-socket.js';

/** The sockets of this gateway, and what is said to them alone: what every gateway says, each says to its own. */
@Injectable()
export class LocalSockets {
  private attached: ChatServer | undefined;
  private readonly slow = new Set<string>();

  attach(server: ChatServer): void {
    this.attached = server;
  }

  get server(): ChatServer {
    if (!this.attached) throw new Error('the socket server is not attached yet');
    return this.attached;
  }

  get adapter(): ChatServer['sockets']['adapter'] {
    return this.server.sockets.adapter;
  }

  all(): Iterable<ChatSocket> {
    return this.attached?.sockets.sockets.values() ?? [];
  }

  get size(): number {
    return this.attached?.sockets.sockets.size ?? 0;
  }

  in(channel: string): ChatSocket[] {
    const ids = this.attached?.sockets.adapter.rooms.get(channel) ?? [];
    return [...ids].flatMap((id) => this.attached?.sockets.sockets.get(id) ?? []);
  }

  /** Once to every socket that is in any of the channels. */
  emit<E extends ServerEventName>(channels: string | string[], event: E, payload: ServerPayload<E>): void {
    if (channels.length > 0) this.server.local.to(channels).emit(event, ...([payload] as never)); // to([]) would be everybody
  }

  /** For what a slow reader may miss: typing and activity. `except` names channels. */
  emitLight<E extends ServerEventName>(
    channels: string | string[],
    event: E,
    payload: ServerPayload<E>,
    except: readonly string[] = [],
  ): void {
    if (channels.length > 0)
      this.server.local
        .to(channels)
        .except([...except, ...this.slow])
        .emit(event, ...([payload] as never));
  }

  emitToRoom<E extends ServerEventName>(roomId: string, event: E, payload: ServerPayload<E>): void {
    this.emit(roomChannel(roomId), event, payload);
  }

  /** Events of classic sockets, which no other socket gets. */
  emitClassic<E extends ClassicServerEventName>(socketIds: string[], event: E, payload: ClassicServerPayload<E>): void {
    if (socketIds.length > 0) this.server.local.to(socketIds).emit(event as never, ...([payload] as never));
  }

  /** Marks a socket as one that gets only what matters, or takes the mark away. */
  setSlow(socket: ChatSocket, isSlow: boolean): void {
    if (socket.data.isSlow === isSlow) return;
    socket.data.isSlow = isSlow;
    if (isSlow) this.slow.add(socket.id);
    else this.slow.delete(socket.id);
  }
}
