import { Injectable } from '@nestjs/common';
import { ParleyError, type SetPresence, type WatchPresence, type WatchedPresence } from '@parley/contracts';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { PresenceLease } from './presence-lease.js';
import { PresenceWatch } from './presence-watch.service.js';

/** A list costs its socket as much as one event for so many people. */
const PEOPLE_PER_EVENT = 100;

/** `presence:watch`, `presence:set` */
@Injectable()
export class PresenceHandlers {
  constructor(
    private readonly watching: PresenceWatch,
    private readonly lease: PresenceLease,
  ) {}

  async watch(socket: ChatSocket, { userIds }: WatchPresence): Promise<WatchedPresence> {
    const waitMs = socket.data.budget.take(performance.now(), userIds.length / PEOPLE_PER_EVENT);
    if (waitMs > 0) throw new ParleyError('RATE_LIMITED', { retryAfterMs: waitMs });
    const states = await this.watching.watch(socket, userIds);
    if (!socket.connected) this.watching.forget(socket);
    return { states };
  }

  set(socket: ChatSocket, { state }: SetPresence): Record<string, never> {
    if (socket.connected && socket.data.presence !== state) {
      socket.data.presence = state;
      this.lease.connect(socket, state);
    }
    return {};
  }
}
