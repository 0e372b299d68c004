import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PresenceStore } from '@parley/platform';
import { randomUUID } from 'node:crypto';
import type { ChatSocket } from '../sockets/chat-socket.js';

const RENEW_MS = 10_000;
const LEASE_MS = 30_000;

/** Lets everybody know who is connected here, for as long as this gateway lives. Presence is never worth a refusal. */
@Injectable()
export class PresenceLease implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(PresenceLease.name);
  private readonly gatewayId = randomUUID();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly presence: PresenceStore) {}

  onApplicationBootstrap(): void {
    this.renew();
    this.timer = setInterval(() => this.renew(), RENEW_MS);
    this.timer.unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  connect(socket: ChatSocket): void {
    this.quietly(this.presence.connect({ ...this.connectionOf(socket), state: 'online' }));
  }

  disconnect(socket: ChatSocket): void {
    this.quietly(this.presence.disconnect(this.connectionOf(socket)));
  }

  private renew(): void {
    this.quietly(this.presence.renew(this.gatewayId, LEASE_MS));
  }

  private connectionOf(socket: ChatSocket) {
    return { gatewayId: this.gatewayId, socketId: socket.id, userId: socket.data.userId };
  }

  private quietly(change: Promise<void>): void {
    change.catch((error: unknown) => this.logger.debug('presence could not be written', error));
  }
}
