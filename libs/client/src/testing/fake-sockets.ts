import type { Ack, Ready } from '@parley/contracts';
import type { OpenSocket, SocketHandlers } from '../live/raw-socket.js';
import { ME, uuidOf } from './messages.js';

export interface FakeRequest {
  readonly event: string;
  readonly payload: unknown;
  answer(ack: Ack<unknown>): void;
}

/** One connection as the server side of a test sees it. */
export class FakeSocket {
  isClosed = false;
  readonly requests: FakeRequest[] = [];
  /** Answers requests at once; without it they wait for `requests[n].answer` or their timeout. */
  serve: ((event: string, payload: unknown) => Ack<unknown> | undefined) | undefined;

  constructor(
    readonly token: string,
    readonly handlers: SocketHandlers,
  ) {}

  ready(): void {
    this.handlers.event('ready', READY);
  }

  lose(): void {
    this.isClosed = true;
    this.handlers.lost('transport close');
  }

  refuse(data: unknown): void {
    this.isClosed = true;
    this.handlers.refused(data);
  }
}

/** Keeps every socket that was opened, the newest last. */
export class FakeSockets {
  readonly opened: FakeSocket[] = [];
  /** Called with each new socket. */
  onOpen: ((socket: FakeSocket) => void) | undefined;

  get newest(): FakeSocket {
    const socket = this.opened.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  }

  readonly open: OpenSocket = (token, handlers) => {
    const socket = new FakeSocket(token, handlers);
    this.opened.push(socket);
    queueMicrotask(() => this.onOpen?.(socket));
    return {
      send: (event, payload, timeoutMs, answered) => {
        const timeout = setTimeout(() => answered(new Error('operation has timed out'), undefined), timeoutMs);
        const answer = (ack: Ack<unknown>) => {
          clearTimeout(timeout);
          answered(null, ack);
        };
        socket.requests.push({ event, payload, answer });
        const ack = socket.serve?.(event, payload);
        if (ack) queueMicrotask(() => answer(ack));
      },
      close: () => {
        socket.isClosed = true;
      },
      cut: () => socket.lose(),
    };
  };
}

const READY: Ready = {
  userId: ME,
  sessionId: uuidOf(9),
  serverTime: '2026-01-01T00:00:00.000Z',
  heartbeatMs: 25_000,
  limits: {
    textMax: 4000,
    attachmentsMax: 10,
    clientMsgIdMax: 64,
    pageMax: 200,
    syncRoomsMax: 200,
    syncMessagesMax: 1000,
    presenceMax: 500,
    frameBytesMax: 65_536,
    reactionKindsMax: 20,
    roomNameMax: 80,
    topicMax: 250,
    mediaBytesMax: 16_777_216,
  },
};
