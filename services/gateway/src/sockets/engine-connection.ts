import type { Socket } from 'socket.io';

/** The connection below a Socket.IO socket. */
export type EngineConnection = Socket['conn'];

/** What we use of the WebSocket below it; its types do not show it. */
interface RawWebSocket {
  readonly bufferedAmount: number;
  terminate(): void;
}

const webSocketOf = (conn: EngineConnection): RawWebSocket | undefined => (conn.transport as unknown as { socket?: RawWebSocket }).socket;

interface QueuedPacket {
  readonly data?: string | Buffer;
  readonly options?: { readonly wsPreEncodedFrame?: readonly Buffer[] };
}

/** Bytes that were given to the connection and that its client has not taken yet. */
export function bufferedBytes(conn: EngineConnection): number {
  let bytes = webSocketOf(conn)?.bufferedAmount ?? 0;
  for (const packet of (conn as unknown as { writeBuffer: QueuedPacket[] }).writeBuffer) {
    const frame = packet.options?.wsPreEncodedFrame;
    if (frame) for (const part of frame) bytes += part.length;
    else bytes += packet.data?.length ?? 0;
  }
  return bytes;
}

/**
 * Ends a connection at once and frees what waits for it: for clients who do not read or do not stop. They see a lost
 * connection and come back, other than after `socket.disconnect()`.
 */
export function cut(conn: EngineConnection): void {
  const webSocket = webSocketOf(conn);
  conn.close(true);
  webSocket?.terminate();
}
