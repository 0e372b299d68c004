import { socketIoAt, type OpenSocket, type RawSocket } from '@parley/client';

/** Opens the sockets of one client, and keeps hold of the newest. */
export class SocketTap {
  readonly open: OpenSocket;
  #newest: RawSocket | undefined;

  constructor(url: string) {
    const open = socketIoAt(url);
    this.open = (token, handlers) => (this.#newest = open(token, handlers));
  }

  /** Sends anything at all; the acknowledgement as it came. */
  send(event: string, payload: unknown, timeoutMs: number): Promise<unknown> {
    const socket = this.#newest;
    if (!socket) throw new Error('not connected');
    return new Promise((resolve, reject) => {
      socket.send(event, payload, timeoutMs, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  }
}
