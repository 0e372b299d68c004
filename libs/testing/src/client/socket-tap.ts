import { socketIoAt, type OpenSocket, type RawSocket } from '@parley/client';
import { currentContractWatch } from '../contract/contract-watch.js';

/** Opens the sockets of one client, keeps hold of the newest, and has looked at what comes in. */
export class SocketTap {
  readonly open: OpenSocket;
  #newest: RawSocket | undefined;

  constructor(url: string) {
    const open = socketIoAt(url);
    this.open = (token, handlers) => {
      const watch = currentContractWatch();
      const socket = open(token, {
        ...handlers,
        refused: (data) => {
          // Without data it was not the server.
          if (data !== undefined) watch?.event('live', 'connect_error', data);
          handlers.refused(data);
        },
        event: (name, payload) => {
          watch?.event('live', name, payload);
          handlers.event(name, payload);
        },
      });
      this.#newest = {
        ...socket,
        send: (event, payload, timeoutMs, answered) =>
          socket.send(event, payload, timeoutMs, (error, answer) => {
            if (!error) watch?.ack('live', event, answer);
            answered(error, answer);
          }),
      };
      return this.#newest;
    };
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
