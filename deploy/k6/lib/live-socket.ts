import { clearTimeout, setTimeout } from 'k6/timers';
import { WebSocket } from 'k6/websockets';
import { DISCONNECT, PONG, connectFrame, eventFrame, parseFrame } from './packets.ts';

export type Answer = { readonly ok: true; readonly data: unknown } | { readonly ok: false; readonly error: SocketError };

export interface SocketError {
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
}

export interface SocketHandlers {
  onEvent(name: string, payload: unknown): void;
  /** Once, however it ends; not after `close`. `error`: what the server said, if it did. */
  onEnd(error: SocketError | undefined): void;
}

/** `WebSocket.OPEN`. */
const OPEN = 1;
const ANSWER_MS = 10_000;

/** One connection to a Socket.IO 4 server. It never comes back: whoever wants that opens another. */
export class LiveSocket {
  readonly #socket: WebSocket;
  readonly #handlers: SocketHandlers;
  readonly #waiting = new Map<number, (answer: Answer | undefined) => void>();
  #nextId = 0;
  #isOver = false;

  constructor(url: string, auth: object, handlers: SocketHandlers) {
    this.#handlers = handlers;
    this.#socket = new WebSocket(`${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`);
    this.#socket.onmessage = (event) => this.#hear(event?.data as string, auth);
    this.#socket.onclose = () => this.#end(undefined);
    this.#socket.onerror = () => this.#end(undefined);
  }

  /** Nothing comes by it any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** `onAnswer` gets undefined when there is none, because it takes too long or the connection ends. */
  emit(name: string, payload: unknown, onAnswer: (answer: Answer | undefined) => void): void {
    if (this.#isOver || !this.#isOpen) return onAnswer(undefined);
    const id = this.#nextId;
    this.#nextId += 1;
    const timer = setTimeout(() => this.#answer(id, undefined), ANSWER_MS);
    this.#waiting.set(id, (answer) => {
      clearTimeout(timer);
      onAnswer(answer);
    });
    this.#socket.send(eventFrame(name, payload, id));
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#isOpen) this.#socket.send(DISCONNECT);
    this.#socket.close();
    this.#giveUp();
  }

  /** As a dead network does: without a goodbye. */
  cut(): void {
    if (this.#isOver) return;
    this.#socket.close();
    this.#end(undefined);
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === OPEN; // k6 throws what browsers drop
  }

  #hear(frame: string, auth: object): void {
    if (this.#isOver) return;
    const packet = parseFrame(frame);
    switch (packet.kind) {
      case 'open':
        return this.#socket.send(connectFrame(auth));
      case 'ping':
        return this.#socket.send(PONG);
      case 'event':
        return this.#handlers.onEvent(packet.name, packet.payload);
      case 'ack':
        return this.#answer(packet.id, packet.answer as Answer);
      case 'refused':
        this.#socket.close();
        return this.#end((packet.error as { data?: SocketError }).data);
      case 'ended':
        this.#socket.close();
        return this.#end(undefined);
      default:
    }
  }

  #answer(id: number, answer: Answer | undefined): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.(answer);
  }

  #end(error: SocketError | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#giveUp();
    this.#handlers.onEnd(error);
  }

  #giveUp(): void {
    for (const id of [...this.#waiting.keys()]) this.#answer(id, undefined);
  }
}
