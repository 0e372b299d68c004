import { io } from 'socket.io-client';
import type { OpenSocket } from './raw-socket.js';

const HANDSHAKE_TIMEOUT_MS = 10_000;

/**
 * One Socket.IO connection, used once. Socket.IO's own reconnection, offline buffer and `retries` are not used:
 * they back off too little for a crowd, send old things late, and give up in silence.
 * @param url of the product; without one that of the page
 */
export const socketIoAt =
  (url?: string): OpenSocket =>
  (token, handlers) => {
    const options = { transports: ['websocket'], reconnection: false, forceNew: true, timeout: HANDSHAKE_TIMEOUT_MS, auth: { token } };
    const socket = url === undefined ? io(options) : io(url, options);
    let isClosed = false;
    const whileOpen =
      <A extends unknown[]>(handle: (...args: A) => void) =>
      (...args: A) => {
        if (!isClosed) handle(...args);
      };
    socket.on(
      'connect_error',
      whileOpen((error: Error & { data?: unknown }) => {
        isClosed = true;
        socket.disconnect();
        handlers.refused(error.data);
      }),
    );
    socket.on(
      'disconnect',
      whileOpen((reason) => handlers.lost(reason)),
    );
    socket.onAny(whileOpen((event: string, payload: unknown) => handlers.event(event, payload)));
    return {
      send: (event, payload, timeoutMs, answered) => {
        if (!socket.connected) return answered(new Error('not connected'), undefined);
        socket.timeout(timeoutMs).emit(event, payload, answered);
      },
      close: () => {
        isClosed = true;
        socket.disconnect();
      },
      cut: () => void socket.io.engine.close(),
    };
  };
