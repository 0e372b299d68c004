import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ACCESS_TOKEN_LEEWAY_SECONDS, RevokedSessions, type RevocationReason } from '@parley/chat';
import { sessionChannel } from '@parley/contracts';
import { GatewayMetrics } from '../metrics/gateway-metrics.js';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { LocalSockets } from '../sockets/local-sockets.js';
import { ExpiryQueue } from './expiry-queue.js';

const SWEEP_MS = 1000;

/**
 * Ends sockets when what let them in ends. A session that was ended is told so and does not come back; a token that
 * expired without `auth:renew` only costs the connection, for which the client gets itself a fresh one.
 */
@Injectable()
export class SessionWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly expiries = new ExpiryQueue<ChatSocket>((socket) => socket.data.expiresAt + ACCESS_TOKEN_LEEWAY_SECONDS * 1000);
  private readonly sessions = new Map<string, { sockets: number; readonly stop: () => void }>();
  private sweep: NodeJS.Timeout | undefined;

  constructor(
    private readonly revoked: RevokedSessions,
    private readonly sockets: LocalSockets,
    private readonly metrics: GatewayMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.sweep = setInterval(() => this.cutExpired(), SWEEP_MS);
    this.sweep.unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.sweep);
  }

  /** After the socket has joined its session's channel. */
  add(socket: ChatSocket): void {
    this.expiries.add(socket);
    const { sessionId } = socket.data;
    const session = this.sessions.get(sessionId);
    if (session) session.sockets += 1;
    else this.sessions.set(sessionId, { sockets: 1, stop: this.revoked.onRevoked(sessionId, (reason) => this.end(sessionId, reason)) });
  }

  remove(socket: ChatSocket): void {
    this.expiries.delete(socket);
    const { sessionId } = socket.data;
    const session = this.sessions.get(sessionId);
    if (!session) return;
    session.sockets -= 1;
    if (session.sockets > 0) return;
    session.stop();
    this.sessions.delete(sessionId);
  }

  /** `disconnect` is what keeps Socket.IO's client from coming back; closing the connection would not. */
  private end(sessionId: string, reason: RevocationReason): void {
    for (const socket of this.sockets.in(sessionChannel(sessionId))) {
      this.metrics.cut('revoked');
      socket.emit('session:ended', { reason });
      socket.disconnect(true);
    }
  }

  private cutExpired(): void {
    for (const socket of this.expiries.takeExpired(Date.now())) {
      this.metrics.cut('expired');
      socket.conn.close();
    }
  }
}
