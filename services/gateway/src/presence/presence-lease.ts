import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PresenceStore, RoomFanout } from '@parley/platform';
import type { ConfigOf } from '@parley/runtime';
import { randomUUID } from 'node:crypto';
import { gatewayConfig } from '../gateway.config.js';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { PRESENCE_SUBJECT, type PresenceNotice } from './presence-notices.js';

/** A lease outlives two renewals that are lost. */
const RENEWALS_PER_LEASE = 3;
/** Changes of this long become one notice (ms). */
const GATHER_MS = 100;
/** Who comes back within this time, reloading a page, was never away for the others (ms). */
const ABSENCE_MS = 3_000;

/** Lets everybody know who is connected here, for as long as this gateway lives. Presence is never worth a refusal. */
@Injectable()
export class PresenceLease implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(PresenceLease.name);
  /** This process, until it ends. */
  readonly gatewayId = randomUUID();
  private readonly timers = new Map<number, { readonly userIds: Set<string>; readonly timer: NodeJS.Timeout }>();
  private timer: NodeJS.Timeout | undefined;
  private stopListening: (() => void) | undefined;

  constructor(
    @Inject(gatewayConfig.token) private readonly config: ConfigOf<typeof gatewayConfig>,
    private readonly presence: PresenceStore,
    private readonly fanout: RoomFanout,
  ) {}

  onApplicationBootstrap(): void {
    this.logger.log(`gateway ${this.gatewayId}`); // clients put it into what they report
    this.renew();
    this.timer = setInterval(() => this.renew(), this.config.PRESENCE_LEASE_MS / RENEWALS_PER_LEASE);
    this.timer.unref();
    this.stopListening = this.fanout.onInterrupted(() => this.renew()); // the lease may have ended meanwhile
  }

  beforeApplicationShutdown(): void {
    this.stopListening?.();
    clearInterval(this.timer);
    for (const { timer } of this.timers.values()) clearTimeout(timer);
  }

  /** The connection is there, or says that its person is at it or away from it. */
  connect(socket: ChatSocket, state: 'online' | 'away' = 'online'): void {
    this.write(this.presence.connect({ ...this.connectionOf(socket), state }), socket, GATHER_MS);
  }

  disconnect(socket: ChatSocket): void {
    this.write(this.presence.disconnect(this.connectionOf(socket)), socket, ABSENCE_MS);
  }

  private renew(): void {
    this.presence
      .renew(this.gatewayId, this.config.PRESENCE_LEASE_MS)
      .catch((error: unknown) => this.logger.debug('the lease was not renewed', error));
  }

  private write(change: Promise<void>, { data: { userId } }: ChatSocket, noticeMs: number): void {
    change.then(
      () => this.tell(userId, noticeMs),
      (error: unknown) => this.logger.debug('presence could not be written', error),
    );
  }

  private tell(userId: string, inMs: number): void {
    const waiting = this.timers.get(inMs);
    if (waiting) {
      waiting.userIds.add(userId);
      return;
    }
    const userIds = new Set([userId]);
    const timer = setTimeout(() => {
      this.timers.delete(inMs);
      this.fanout.toProcesses(PRESENCE_SUBJECT, [...userIds] satisfies PresenceNotice);
    }, inMs);
    this.timers.set(inMs, { userIds, timer: timer.unref() });
  }

  private connectionOf(socket: ChatSocket) {
    return { gatewayId: this.gatewayId, socketId: socket.id, userId: socket.data.userId };
  }
}
