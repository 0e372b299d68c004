import type { Socket as NetSocket } from 'node:net';
import type { Socket } from 'socket.io';

const TEXT_FRAME = 0x81; // the last and only fragment, of text
const MESSAGE = '4'; // Engine.IO's type of a packet that carries Socket.IO

/** What lies below a Socket.IO socket and is in no type: read, and looked at before use, here only. */
interface Connection {
  readonly readyState: string;
  readonly writeBuffer: readonly unknown[];
  readonly transport: {
    readonly name: string;
    readonly perMessageDeflate?: unknown;
    readonly socket?: {
      readonly readyState: number;
      readonly _sender?: { readonly _state: number; readonly _queue: readonly unknown[] };
      readonly _socket?: NetSocket;
    };
  };
}
interface Client {
  writeToEngine(packets: readonly string[], options: object): void;
}

const OPEN = 1;
const IDLE = 0;

/**
 * A packet for many sockets, made into a WebSocket frame once and written to each connection as it is. Engine.IO
 * and `ws` do some twenty small things for every packet and socket and write header and payload as two buffers; here
 * nothing is left per socket but the write itself.
 *
 * Order per socket holds because the connection's own buffer is the only queue: the short way is taken only when
 * nothing waits above it (in Engine.IO or in `ws`), and only while the connection takes everything at once. Else the
 * packet goes the usual way, behind what waits, so a slow reader is seen, and cut, as without this.
 */
export class PreparedFrame {
  readonly #packets: readonly [string];
  readonly #frame: Buffer;
  readonly #options: object;

  constructor(packet: string, options: { readonly volatile?: boolean | undefined; readonly compress?: boolean | undefined } = {}) {
    this.#packets = [packet];
    this.#frame = frameOf(packet);
    this.#options = { ...options, preEncoded: true, wsPreEncodedFrame: [this.#frame] };
  }

  /** False when the packet went the usual way. */
  sendTo(socket: Socket): boolean {
    const connection = idleConnectionOf(socket.conn as unknown as Connection);
    if (connection) connection.write(this.#frame);
    else (socket as unknown as { readonly client: Client }).client.writeToEngine(this.#packets, this.#options);
    return connection !== undefined;
  }
}

/** The connection, if whatever is written to it now follows directly upon what the client was sent before. */
function idleConnectionOf(conn: Connection): NetSocket | undefined {
  const { transport } = conn;
  if (conn.readyState !== 'open' || conn.writeBuffer.length > 0 || transport.name !== 'websocket' || transport.perMessageDeflate)
    return undefined;
  const webSocket = transport.socket;
  const sender = webSocket?._sender;
  if (webSocket?.readyState !== OPEN || sender?._state !== IDLE || sender._queue.length > 0) return undefined;
  const connection = webSocket._socket;
  return connection?.writable && connection.writableLength === 0 ? connection : undefined;
}

/** A server's frames are not masked (RFC 6455, 5.2). */
function frameOf(packet: string): Buffer {
  const text = MESSAGE + packet;
  const length = Buffer.byteLength(text);
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + length);
  frame[0] = TEXT_FRAME;
  if (headerLength === 2) frame[1] = length;
  else if (headerLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, headerLength);
  return frame;
}
