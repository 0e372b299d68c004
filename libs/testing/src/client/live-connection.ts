import {
  CLIENT_EVENTS,
  ConnectRefusal,
  ParleyError,
  SERVER_EVENTS,
  type Ack,
  type ClientAnswer,
  type ClientEventName,
  type ClientPayloadInput,
  type ClientToServerEvents,
  type Ready,
  type ServerEventName,
  type ServerPayload,
  type ServerToClientEvents,
} from '@parley/contracts';
import { io, type Socket } from 'socket.io-client';
import { NoAnswerError } from './no-answer-error.js';

export interface LiveHandlers {
  readonly onEvent: <E extends ServerEventName>(event: E, payload: ServerPayload<E>) => void;
  /** The connection ended without our asking. */
  readonly onLost: (connection: LiveConnection) => void;
}

const EVENT_NAMES = Object.keys(SERVER_EVENTS) as ServerEventName[];

/** One WebSocket from connect to close. It never reconnects: whoever wants that opens another. */
export class LiveConnection {
  #isLost = false;
  #waiting = 0;

  private constructor(
    private readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>,
    readonly ready: Ready,
  ) {}

  /** Resolves after `ready`. A refusal is a `ParleyError`, anything else a `NoAnswerError`. */
  static async open(url: string, token: string, handlers: LiveHandlers, timeoutMs: number): Promise<LiveConnection> {
    const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, {
      transports: ['websocket'],
      auth: { token },
      forceNew: true,
      reconnection: false,
      timeout: timeoutMs,
    });
    for (const event of EVENT_NAMES) {
      (socket as Socket).on(event, (payload: unknown) => handlers.onEvent(event, SERVER_EVENTS[event].parse(payload)));
    }
    try {
      const ready = await readyOf(socket, timeoutMs);
      const connection = new LiveConnection(socket, ready);
      socket.on('disconnect', () => {
        connection.#isLost = true;
        handlers.onLost(connection);
      });
      return connection;
    } catch (error) {
      socket.disconnect();
      throw error;
    }
  }

  get isOpen(): boolean {
    return !this.#isLost && this.socket.connected;
  }

  /** Sends an event and answers the data of its acknowledgement. */
  async emit<E extends ClientEventName>(event: E, payload: ClientPayloadInput<E>, timeoutMs: number): Promise<ClientAnswer<E>> {
    const ack = await this.emitRaw(event, payload, timeoutMs);
    if (!ack.ok) {
      const { code, message, retryAfterMs } = ack.error;
      throw new ParleyError(code, { detail: message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
    }
    return CLIENT_EVENTS[event].data.parse(ack.data) as ClientAnswer<E>;
  }

  /** Any event with any payload, for tests of bad input: the acknowledgement as it came. */
  async emitRaw(event: string, payload: unknown, timeoutMs: number): Promise<Ack<unknown>> {
    if (!this.isOpen) throw new NoAnswerError(`${event}: not connected`, false);
    this.#waiting += 1;
    try {
      return (await (this.socket as Socket).timeout(timeoutMs).emitWithAck(event, payload)) as Ack<unknown>;
    } catch (error) {
      // Everything is answered, if only with an error: silence means that the connection is dead without knowing it.
      if (this.isOpen) this.cut();
      throw new NoAnswerError(`${event}: ${error instanceof Error ? error.message : String(error)}`, true);
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Is an acknowledgement still to come? */
  get isWaiting(): boolean {
    return this.isOpen && this.#waiting > 0;
  }

  close(): void {
    this.socket.off('disconnect');
    this.#isLost = true;
    this.socket.disconnect();
  }

  /** Cuts the line as a dead network does: no goodbye, and the loss is noticed. */
  cut(): void {
    this.socket.io.engine.close();
  }
}

function readyOf(socket: Socket<ServerToClientEvents, ClientToServerEvents>, timeoutMs: number): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoAnswerError(`not ready within ${timeoutMs} ms`, true)), timeoutMs);
    const settle = (act: () => void) => () => {
      clearTimeout(timer);
      act();
    };
    socket.once('ready', (ready) => settle(() => resolve(SERVER_EVENTS.ready.parse(ready)))());
    socket.once('disconnect', (reason) => settle(() => reject(new NoAnswerError(`cut before ready: ${reason}`, true)))());
    socket.once('connect_error', (error: Error & { data?: unknown }) =>
      settle(() => {
        const refusal = ConnectRefusal.safeParse(error.data);
        if (!refusal.success) return reject(new NoAnswerError(`connect: ${error.message}`, true));
        const { code, retryAfterMs } = refusal.data;
        return reject(new ParleyError(code, { detail: error.message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }));
      })(),
    );
  });
}
