import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ParleyError } from '@parley/contracts';
import type { ConfigOf } from '@parley/runtime';
import { gatewayConfig } from '../gateway.config.js';
import { GatewayMetrics } from '../metrics/gateway-metrics.js';
import type { ChatSocket } from './chat-socket.js';
import { bufferedBytes, cut } from './engine-connection.js';
import { LocalSockets } from './local-sockets.js';

const SWEEP_MS = 250;
const BUSY_RETRY_MS = 2000;

/**
 * Keeps clients that do not read from filling our memory. What comes by itself may pile up to a limit, then the client
 * is cut and comes back to where it was; half way there it gets only what matters. Large answers that it asked for
 * are on top of that, but it gets no further ones before it has taken them.
 */
@Injectable()
export class OutputGuard implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  /** Whose answer may be written and is not noted yet: a sweep may come first. */
  private readonly answering = new Set<ChatSocket>();

  constructor(
    @Inject(gatewayConfig.token) private readonly config: ConfigOf<typeof gatewayConfig>,
    private readonly sockets: LocalSockets,
    private readonly metrics: GatewayMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.sweep(), SWEEP_MS);
    this.timer.unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Runs a read whose answer may be large. Throws BUSY while the socket has not taken what it has. */
  async read<T>(socket: ChatSocket, work: () => Promise<T>): Promise<T> {
    return socket.data.reads.run(async () => {
      if (bufferedBytes(socket.conn) > this.config.OUTPUT_BUFFER_BYTES / 2) throw new ParleyError('BUSY', { retryAfterMs: BUSY_RETRY_MS });
      const answer = await work();
      this.answering.add(socket);
      setImmediate(() => this.noteAnswer(socket));
      return answer;
    });
  }

  /** Cuts who is over the limit, marks who is on the way there. */
  sweep(): void {
    const limit = this.config.OUTPUT_BUFFER_BYTES;
    for (const socket of this.sockets.all()) {
      const { data, conn } = socket;
      if (this.answering.has(socket)) this.noteAnswer(socket);
      const bytes = bufferedBytes(conn);
      data.askedBytes = Math.min(data.askedBytes, bytes);
      const unasked = bytes - data.askedBytes;
      if (unasked > limit) {
        this.metrics.cut('slow');
        cut(conn);
      } else this.sockets.setSlow(socket, unasked > limit / 2);
    }
  }

  private noteAnswer(socket: ChatSocket): void {
    this.answering.delete(socket);
    socket.data.askedBytes = Math.max(socket.data.askedBytes, bufferedBytes(socket.conn));
  }
}
