import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { PresenceStatus } from '@parley/contracts';
import { PresenceStore, RoomFanout, type PresenceEntry } from '@parley/platform';
import type { ConfigOf } from '@parley/runtime';
import { gatewayConfig } from '../gateway.config.js';
import { Slots } from '../limits/slots.js';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { PRESENCE_SUBJECT, type PresenceNotice } from './presence-notices.js';
import { WatchList } from './watch-list.js';

/** With the 30 s of a lease it is within 45 s that a gateway's death is noticed. */
const SWEEPS_PER_LEASE = 3;
/** Notices of this long are followed up together (ms). */
const GATHER_MS = 100;
/** After an interruption other gateways have to renew their leases first (ms). */
const SETTLE_MS = 3_000;
/** People in one question to the store. */
const BATCH = 500;
const READS = 4;

/**
 * Tells each socket who of those that it looks at comes and goes. What it costs follows the people who are looked at:
 * a notice about anybody else ends here. Notices may be lost, and a gateway that dies sends none, so all states are
 * compared with the store from time to time.
 */
@Injectable()
export class PresenceWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(PresenceWatch.name);
  private readonly list = new WatchList<ChatSocket>();
  private readonly slots = new Slots(READS);
  private readonly noticed = new Set<string>();
  /** Sockets that read too slowly to be told of a change. */
  private readonly behind = new Set<ChatSocket>();
  private gathering: NodeJS.Timeout | undefined;
  private sweep: NodeJS.Timeout | undefined;
  private stops: (() => void)[] = [];
  private isSettlingUntil = 0;

  constructor(
    @Inject(gatewayConfig.token) private readonly config: ConfigOf<typeof gatewayConfig>,
    private readonly presence: PresenceStore,
    private readonly fanout: RoomFanout,
  ) {}

  onApplicationBootstrap(): void {
    this.stops = [
      this.fanout.listen(PRESENCE_SUBJECT, (notice) => this.hear(notice as PresenceNotice)),
      this.fanout.onInterrupted(() => (this.isSettlingUntil = performance.now() + SETTLE_MS)),
    ];
    this.sweep = setInterval(() => void this.compare(), this.config.PRESENCE_LEASE_MS / SWEEPS_PER_LEASE);
    this.sweep.unref();
  }

  beforeApplicationShutdown(): void {
    for (const stop of this.stops) stop();
    clearInterval(this.sweep);
    clearTimeout(this.gathering);
  }

  /** From now on the socket hears of these people. Answers how they are; whose state cannot be read is offline. */
  async watch(socket: ChatSocket, userIds: readonly string[]): Promise<PresenceStatus[]> {
    const wanted = new Set(userIds);
    this.list.replace(socket, wanted); // before the reading, so that no change falls between the two
    await this.read(this.list.unknownOf(wanted));
    const known = new Map(this.list.knownTo(socket).map((entry) => [entry.userId, entry]));
    return [...wanted].map((userId) => statusOf(known.get(userId) ?? { userId, state: 'offline', lastSeenAt: null }));
  }

  /** Sockets that look at the person. */
  watchersOf(userId: string): Iterable<ChatSocket> {
    return this.list.watchersOf(userId);
  }

  /** The socket is gone. */
  forget(socket: ChatSocket): void {
    this.list.replace(socket, new Set());
    this.behind.delete(socket);
  }

  private hear(notice: PresenceNotice): void {
    for (const userId of notice) if (this.list.isWatched(userId)) this.noticed.add(userId);
    if (this.noticed.size === 0) return;
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      const userIds = [...this.noticed];
      this.noticed.clear();
      void this.read(userIds);
    }, GATHER_MS);
  }

  private async compare(): Promise<void> {
    for (const socket of this.behind) {
      if (socket.data.isSlow) continue;
      this.behind.delete(socket);
      this.tell(socket, this.list.knownTo(socket));
    }
    if (performance.now() >= this.isSettlingUntil) await this.read(this.list.userIds);
  }

  /** Never rejects. */
  private async read(userIds: readonly string[]): Promise<void> {
    const batches = Array.from({ length: Math.ceil(userIds.length / BATCH) }, (_, index) =>
      userIds.slice(index * BATCH, (index + 1) * BATCH),
    );
    await Promise.all(batches.map((batch) => this.slots.run(() => this.readBatch(batch))));
  }

  private async readBatch(userIds: readonly string[]): Promise<void> {
    const reading = this.list.beginReading();
    try {
      const entries = await this.presence.find(userIds);
      if (this.presence.isBlind) return; // everybody elsewhere would seem to have gone
      for (const [socket, news] of this.list.learn(entries, reading)) this.tell(socket, news);
    } catch (error) {
      this.logger.debug('presence could not be read; trying again in the next round', error);
    }
  }

  private tell(socket: ChatSocket, entries: readonly PresenceEntry[]): void {
    if (entries.length === 0) return;
    if (socket.data.isSlow) this.behind.add(socket);
    else socket.emit('presence', { states: entries.map(statusOf) });
  }
}

/** Who is here is seen at this moment, whenever it was that it was read. */
function statusOf({ userId, state, lastSeenAt }: PresenceEntry): PresenceStatus {
  const seenAt = state === 'offline' ? lastSeenAt : Date.now();
  return { userId, state, lastSeenAt: seenAt === null ? null : new Date(seenAt).toISOString() };
}
