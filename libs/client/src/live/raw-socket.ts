/** What the connection needs of a socket: Socket.IO in the product, a fake in tests. */
export interface RawSocket {
  /** Sends now or never: nothing is buffered for later. `answered` is called once, with an error when no answer came in time. */
  send(event: string, payload: unknown, timeoutMs: number, answered: (error: Error | null, answer: unknown) => void): void;
  close(): void;
  /** Drops the line without a goodbye, as a network does that dies: `lost` is called. */
  cut(): void;
}

export interface SocketHandlers {
  /** The handshake failed; `data` is what the server said, if it was the server. */
  refused(data: unknown): void;
  /** The connection was there and is gone. Not called after `close()`. */
  lost(reason: string): void;
  event(name: string, payload: unknown): void;
}

export type OpenSocket = (token: string, handlers: SocketHandlers) => RawSocket;
