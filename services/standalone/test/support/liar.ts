import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

/**
 * What it does wrong with every tenth message: `skips` tells it only who asks, `loses` nobody, `forgets` does not even number it. No lies
 * but hard to bear: `mends` tells what it has skipped behind the next one, and says so; `dawdles` falls behind by
 * seconds; `refuses` lets nobody catch up who asks for the first time.
 */
export type Lie = 'none' | 'skips' | 'loses' | 'forgets' | 'doubles' | 'reorders' | 'mends' | 'dawdles' | 'refuses';

/** The last ones are told: whoever has not heard of them sees no gap to ask for. */
const SKIPPED_MOST = 30;
const DAWDLING_FROM = 30;
const DAWDLING_MS = 6_000;

interface Line {
  readonly id: string;
  readonly roomId: string;
  readonly seq: number;
  readonly clientMsgId: string;
  readonly sender: { readonly id: string };
  readonly text: string;
  readonly createdAt: string;
}

type Acknowledge = (answer: unknown) => void;

/**
 * A chat server on a stock Socket.IO that may break its promises: by it is shown that the load tests notice. The token is the
 * id of the person; `refused` is no token.
 */
export class Liar implements AsyncDisposable {
  readonly #http: HttpServer;
  readonly #io: Server;
  readonly #rooms = new Map<string, Line[]>();
  readonly #hidden = new Set<string>();
  #accepted = 0;

  private constructor(private readonly lie: Lie) {
    this.#http = createServer();
    this.#io = new Server(this.#http, { transports: ['websocket'] });
    this.#io.use((socket, next) => {
      const isKnown = socket.handshake.auth['token'] !== 'refused';
      next(isKnown ? undefined : Object.assign(new Error('refused'), { data: { code: 'UNAUTHENTICATED', retryable: false } }));
    });
    this.#io.on('connection', (socket) => {
      const userId = socket.handshake.auth['token'] as string;
      socket.emit('ready', { userId });
      const open = (roomId: string, lastSeq = 0) => {
        void socket.join(roomId);
        const lines = this.#linesOf(roomId);
        return {
          roomId,
          epoch: 1,
          head: lines.length,
          recovered: true,
          messages: lines.filter(({ id, seq }) => seq > lastSeq && !this.#hidden.has(id)),
        };
      };
      socket.on('room:open', ({ roomId }: { roomId: string }, answer: Acknowledge) => answer({ ok: true, data: open(roomId) }));
      let isRefused = lie === 'refuses';
      socket.on('rooms:sync', ({ rooms }: { rooms: { roomId: string; lastSeq: number }[] }, answer: Acknowledge) => {
        const one = ({ roomId, lastSeq }: { roomId: string; lastSeq: number }) =>
          isRefused ? { roomId, error: { code: 'UNAVAILABLE' } } : open(roomId, lastSeq);
        answer({ ok: true, data: { rooms: rooms.map(one) } });
        isRefused = false;
      });
      socket.on('message:send', (message: Pick<Line, 'roomId' | 'clientMsgId' | 'text'>, answer: Acknowledge) => {
        this.#accept(userId, message);
        answer({ ok: true, data: { messageId: randomUUID() } });
      });
    });
  }

  static async start(lie: Lie): Promise<Liar> {
    const liar = new Liar(lie);
    liar.#http.listen(0, '127.0.0.1');
    await once(liar.#http, 'listening');
    return liar;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#io.close();
  }

  #linesOf(roomId: string): Line[] {
    if (!this.#rooms.has(roomId)) this.#rooms.set(roomId, []);
    return this.#rooms.get(roomId)!;
  }

  #accept(userId: string, message: Pick<Line, 'roomId' | 'clientMsgId' | 'text'>): void {
    this.#accepted += 1;
    const lie = this.#accepted % 10 === 0 ? this.lie : 'none';
    if (this.lie === 'dawdles' && this.#accepted > DAWDLING_FROM) {
      const line = this.#store(userId, message);
      return void setTimeout(() => this.#tell(line), DAWDLING_MS);
    }
    if (lie === 'forgets') return;
    const line = this.#store(userId, message);
    if (lie === 'loses') this.#hidden.add(line.id);
    if (lie === 'loses' || (lie === 'skips' && this.#accepted <= SKIPPED_MOST)) return;
    if (lie === 'mends') {
      this.#tell(this.#store(userId, { ...message, clientMsgId: randomUUID() }));
      return this.#tell(line, true);
    }
    if (lie === 'doubles') this.#tell(this.#store(userId, message));
    if (lie !== 'reorders') return this.#tell(line);
    this.#tell(this.#store(userId, { ...message, clientMsgId: randomUUID() }));
    this.#tell(line);
  }

  #store(userId: string, message: Pick<Line, 'roomId' | 'clientMsgId' | 'text'>): Line {
    const lines = this.#linesOf(message.roomId);
    const createdAt = new Date().toISOString();
    const line = { ...message, id: randomUUID(), seq: lines.length + 1, sender: { id: userId }, createdAt };
    lines.push(line);
    return line;
  }

  #tell(line: Line, mended?: true): void {
    this.#io.to(line.roomId).emit('messages', { roomId: line.roomId, epoch: 1, messages: [line], mended });
  }
}
