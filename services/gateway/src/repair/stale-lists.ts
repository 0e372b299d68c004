import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { RoomFanout } from '@parley/platform';
import { LocalSockets } from '../sockets/local-sockets.js';

/** Links break and heal in bunches: this long after the first one everybody is told, once. */
const SETTLE_MS = 3_000;
/** Clients spread over this time what they ask for; the more there are, the longer, or one break would be a flood. */
const SPREAD_MS = 10_000;
const CLIENTS_PER_SECOND = 200;

/**
 * What a person's devices tell each other through the fan-out (read markers, favourites, drafts) is told once, and no
 * gateway could say what is missing. After an interruption clients ask the services that own it.
 */
@Injectable()
export class StaleLists implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private stopListening: (() => void) | undefined;

  constructor(
    private readonly fanout: RoomFanout,
    private readonly sockets: LocalSockets,
  ) {}

  onApplicationBootstrap(): void {
    this.stopListening = this.fanout.onInterrupted(() => {
      this.timer ??= setTimeout(() => this.tell(), SETTLE_MS).unref();
    });
  }

  beforeApplicationShutdown(): void {
    this.stopListening?.();
    clearTimeout(this.timer);
  }

  private tell(): void {
    this.timer = undefined;
    const afterMs = spreadOver(this.sockets.size);
    for (const socket of this.sockets.all()) if (!socket.data.classic) socket.emit('lists:stale', { afterMs });
  }
}

/** In milliseconds. */
export function spreadOver(sockets: number): number {
  return Math.max(SPREAD_MS, Math.ceil((sockets / CLIENTS_PER_SECOND) * 1_000));
}
