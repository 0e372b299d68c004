import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { StopAllowance, type ConfigOf } from '@parley/runtime';
import { setTimeout as delay } from 'node:timers/promises';
import { gatewayConfig } from '../gateway.config.js';
import { GatewayMetrics } from '../metrics/gateway-metrics.js';
import type { ChatSocket } from './chat-socket.js';
import { EventDispatcher } from './event-dispatcher.js';
import { LocalSockets } from './local-sockets.js';

/**
 * Parts of the window: clients are asked to leave within two fifths; who stays is closed after some time, bit by bit. All are told
 * the same time and choose a moment in it by chance (full jitter): a time that was drawn here, too, would bring most of them at once.
 */
const NOTICE_SHARE = 1 / 10;
const LEAVE_SHARE = 2 / 5;
const STAY_SHARE = 4 / 9;
const CLOSE_SHARE = 1 / 6;
const SLICES = 20;
/** What stands in front needs no longer to see that this one is not ready. Whoever was asked to leave before would be sent back here. */
const NOTICE_MS = 1_000;
/** Answers are given even if the window is over: an append is decided within 4 s. */
const ANSWERS_MS = 4500;
const POLL_MS = 20;

/**
 * Says goodbye when the gateway stops: clients move to other gateways spread over time, every event that was taken is
 * answered, and connections end in a way after which clients come back. New connections are refused meanwhile.
 */
@Injectable()
export class Drain implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Drain.name);

  constructor(
    @Inject(gatewayConfig.token) private readonly config: ConfigOf<typeof gatewayConfig>,
    private readonly sockets: LocalSockets,
    private readonly dispatcher: EventDispatcher,
    private readonly metrics: GatewayMetrics,
    stop: StopAllowance,
  ) {
    stop.ask(config.DRAIN_WINDOW_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.sockets.size === 0) return;
    const windowMs = this.config.DRAIN_WINDOW_MS;
    await until(() => this.sockets.size === 0, performance.now() + Math.min(NOTICE_MS, windowMs * NOTICE_SHARE));
    this.logger.log(`${this.sockets.size} sockets are asked to leave`);
    const afterMs = Math.round(windowMs * LEAVE_SHARE);
    for (const socket of this.sockets.all()) socket.emit('server:drain', { afterMs });
    await until(() => this.sockets.size === 0, performance.now() + windowMs * STAY_SHARE);
    const staying = [...this.sockets.all()];
    const closings: Promise<void>[] = [];
    const sliceSize = Math.ceil(staying.length / SLICES);
    const answersEnd = performance.now() + windowMs * CLOSE_SHARE + ANSWERS_MS;
    for (let from = 0; from < staying.length; from += sliceSize) {
      closings.push(...staying.slice(from, from + sliceSize).map((socket) => this.close(socket, answersEnd)));
      await delay((windowMs * CLOSE_SHARE) / SLICES);
    }
    await Promise.all(closings);
    await until(() => this.dispatcher.inFlight === 0, answersEnd); // of those who went by themselves
  }

  /** `conn.close()` and not `disconnect()`, after which clients would stay away. */
  private async close(socket: ChatSocket, answersEnd: number): Promise<void> {
    socket.data.isClosing = true;
    await until(() => socket.data.inFlight === 0, answersEnd);
    if (socket.conn.readyState !== 'open') return;
    this.metrics.cut('drain');
    socket.conn.close();
  }
}

async function until(isDone: () => boolean, end: number): Promise<void> {
  while (!isDone() && performance.now() < end) await delay(POLL_MS);
}
