import type { Socket } from 'socket.io';
import { Adapter, type BroadcastOptions } from 'socket.io-adapter';
import { PreparedFrame } from './prepared-frame.js';

interface Packet {
  readonly type: number;
  readonly data: unknown[];
  nsp?: string;
}

/** Socket.IO's own adapter, except that a broadcast is encoded and framed once for all its sockets. */
export class PreparedFrameAdapter extends Adapter {
  /** Deliveries by the short and by the usual way. */
  readonly counters = { direct: 0, queued: 0 };

  override broadcast(packet: Packet, options: BroadcastOptions): void {
    packet.nsp = this.nsp.name;
    const encoded = (this as unknown as { readonly encoder: { encode(packet: Packet): unknown[] } }).encoder.encode(packet);
    const [text] = encoded;
    if (encoded.length !== 1 || typeof text !== 'string') return super.broadcast(packet, options); // carries bytes
    const frame = new PreparedFrame(text, { volatile: options.flags?.volatile, compress: options.flags?.compress });
    const deliver = (socket: Socket): void => {
      (socket as unknown as { notifyOutgoingListeners(packet: Packet): void }).notifyOutgoingListeners(packet);
      if (frame.sendTo(socket)) this.counters.direct++;
      else this.counters.queued++;
    };
    this.#forEach(options, deliver);
  }

  /** One room with nobody left out, the usual case, needs no set of those who had it already. */
  #forEach(options: BroadcastOptions, deliver: (socket: Socket) => void): void {
    if (options.rooms.size !== 1 || (options.except?.size ?? 0) > 0) {
      (this as unknown as { apply(options: BroadcastOptions, deliver: (socket: Socket) => void): void }).apply(options, deliver);
      return;
    }
    for (const room of options.rooms) {
      for (const id of this.rooms.get(room) ?? []) {
        const socket = this.nsp.sockets.get(id) as Socket | undefined;
        if (socket) deliver(socket);
      }
    }
  }
}
