import {
  CLIENT_EVENTS,
  ConnectRefusal,
  ParleyError,
  SERVER_EVENTS,
  type ClientAnswer,
  type ClientEventName,
  type ClientPayloadInput,
  type Ready,
  type ServerEventName,
  type ServerPayload,
} from '@parley/contracts';
import { isErrorCode } from '../http/http.js';
import { NoAnswerError } from '../no-answer-error.js';
import type { OpenSocket, RawSocket } from './raw-socket.js';

export type ServerEvent = { [E in ServerEventName]: { readonly name: E; readonly payload: ServerPayload<E> } }[ServerEventName];

export interface LinkHandlers {
  ready(ready: Ready): void;
  /** The link never became ready: refused (with the server's words, if it was the server) or too slow. */
  failed(refusal: ConnectRefusal | undefined): void;
  /** The link was ready and is gone. */
  lost(): void;
  event(event: ServerEvent): void;
}

/** From the start of the handshake to the server's `ready`. */
const READY_TIMEOUT_MS = 15_000;

/** One authenticated connection from its handshake to its end; it never comes back. */
export class SocketLink {
  private readonly socket: RawSocket;
  private stage: 'opening' | 'ready' | 'closed' = 'opening';
  private inFlight = 0;
  private whenIdle: (() => void) | undefined;
  private readonly deadline: ReturnType<typeof setTimeout>;

  constructor(
    openSocket: OpenSocket,
    readonly token: string,
    private readonly handlers: LinkHandlers,
    readyTimeoutMs = READY_TIMEOUT_MS,
  ) {
    this.deadline = setTimeout(() => this.fail(undefined), readyTimeoutMs);
    this.socket = openSocket(token, {
      refused: (data) => this.fail(ConnectRefusal.safeParse(data).data),
      lost: () => this.end(),
      event: (name, payload) => this.receive(name, payload),
    });
  }

  get isReady(): boolean {
    return this.stage === 'ready';
  }

  /** @throws ParleyError what the server refused; NoAnswerError when nothing came back */
  request<E extends ClientEventName>(event: E, payload: ClientPayloadInput<E>, timeoutMs: number): Promise<ClientAnswer<E>> {
    if (!this.isReady) return Promise.reject(new NoAnswerError('offline'));
    this.inFlight += 1;
    return new Promise<ClientAnswer<E>>((resolve, reject) => {
      this.socket.send(event, payload, timeoutMs, (error, answer) => {
        this.inFlight -= 1;
        if (error) reject(new NoAnswerError(this.isReady ? 'timeout' : 'lost', error));
        else readAnswer(event, answer, resolve, reject);
        if (this.inFlight === 0) this.whenIdle?.();
      });
    });
  }

  close(): void {
    if (this.stage === 'closed') return;
    this.stage = 'closed';
    clearTimeout(this.deadline);
    this.socket.close();
  }

  /** Closes once what was asked is answered, at the latest after `limitMs`. */
  closeWhenIdle(limitMs: number): void {
    if (this.inFlight === 0) return this.close();
    this.whenIdle = () => this.close();
    setTimeout(() => this.close(), limitMs);
  }

  /** A connection that looks open but answers nothing. */
  abandon(): void {
    this.socket.cut();
    this.end();
  }

  private receive(name: string, payload: unknown): void {
    if (this.stage === 'closed' || !Object.hasOwn(SERVER_EVENTS, name)) return;
    const parsed = SERVER_EVENTS[name as ServerEventName].safeParse(payload);
    if (!parsed.success) return console.warn(`event ${name} is not understood`, parsed.error);
    const event = { name, payload: parsed.data } as ServerEvent;
    if (event.name === 'ready' && this.stage === 'opening') {
      this.stage = 'ready';
      clearTimeout(this.deadline);
      this.handlers.ready(event.payload);
      return;
    }
    this.handlers.event(event);
  }

  private fail(refusal: ConnectRefusal | undefined): void {
    if (this.stage !== 'opening') return;
    this.close();
    this.handlers.failed(refusal);
  }

  private end(): void {
    if (this.stage === 'closed') return;
    const wasReady = this.isReady;
    this.close();
    if (wasReady) this.handlers.lost();
    else this.handlers.failed(undefined);
  }
}

function readAnswer<E extends ClientEventName>(
  event: E,
  answer: unknown,
  resolve: (data: ClientAnswer<E>) => void,
  reject: (error: Error) => void,
): void {
  const ack = typeof answer === 'object' && answer !== null ? (answer as { ok?: unknown; data?: unknown; error?: unknown }) : {};
  if (ack.ok === true) {
    const parsed = CLIENT_EVENTS[event].data.safeParse(ack.data);
    if (parsed.success) resolve(parsed.data as ClientAnswer<E>);
    else reject(new ParleyError('UNAVAILABLE', { cause: parsed.error }));
    return;
  }
  const error = typeof ack.error === 'object' && ack.error !== null ? (ack.error as Record<string, unknown>) : {};
  reject(
    new ParleyError(isErrorCode(error['code']) ? error['code'] : error['retryable'] === false ? 'VALIDATION_FAILED' : 'UNAVAILABLE', {
      ...(typeof error['message'] === 'string' ? { detail: error['message'] } : {}),
      ...(typeof error['retryAfterMs'] === 'number' ? { retryAfterMs: error['retryAfterMs'] } : {}),
    }),
  );
}
