import { Injectable, Logger } from '@nestjs/common';
import { AccessTokenVerifier, SessionCookies } from '@parley/chat';
import { ParleyError, type ConnectRefusal } from '@parley/contracts';
import { RateLimiter } from '@parley/platform';
import { OriginPolicy } from '@parley/runtime';
import { ClassicEntry } from '../classic/classic-entry.js';
import { ConnectionPlaces } from '../limits/connection-places.js';
import { TokenBucket } from '../limits/token-bucket.js';
import { GatewayMetrics } from '../metrics/gateway-metrics.js';
import { ConnectedPeople } from '../people/connected-people.js';
import type { ChatSocket } from './chat-socket.js';
import { HandshakeGuard } from './handshake-guard.js';
import { SocketState } from './socket-state.js';

/** Events of one socket other than messages (`docs/api` §1). */
const EVENTS_PER_SECOND = 20;
const EVENTS_BURST = 60;
/** When somebody at a crowded address tries again (ms). */
const CROWDED_RETRY_MS = 10_000;

/** A cookie lasts longer than an access token and cannot be renewed here: after a day the connection is made, and checked, anew. */
const COOKIE_CHECK_MS = 24 * 60 * 60 * 1000;

type Identity = Pick<SocketState, 'userId' | 'sessionId' | 'expiresAt'> & { readonly isClassic: boolean };

/** What a client sees as `connect_error`. */
class RefusedConnection extends Error {
  readonly data: ConnectRefusal;
  constructor({ code, message, isRetryable, retryAfterMs }: ParleyError) {
    super(message);
    this.data = { code, retryable: isRetryable, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
}

/** Lets a socket in on the word of its access token, or as a classic one on that of its session cookie. From then on `socket.data` says whose it is. */
@Injectable()
export class SocketAuthenticator {
  private readonly logger = new Logger(SocketAuthenticator.name);

  constructor(
    private readonly verifier: AccessTokenVerifier,
    private readonly guard: HandshakeGuard,
    private readonly places: ConnectionPlaces,
    private readonly people: ConnectedPeople,
    private readonly metrics: GatewayMetrics,
    private readonly limiter: RateLimiter,
    private readonly cookies: SessionCookies,
    private readonly origins: OriginPolicy,
    private readonly classic: ClassicEntry,
  ) {}

  /** Middleware of the namespace. A refused connection is closed: it has nothing more to say. */
  readonly check = (socket: ChatSocket, next: (error?: Error) => void): void => {
    this.letIn(socket).then(
      () => next(),
      (error: unknown) => {
        const refusal = error instanceof ParleyError ? error : new ParleyError('UNAVAILABLE', { cause: error });
        if (refusal.code === 'UNAVAILABLE') this.logger.error('a connection could not be checked', refusal.cause ?? refusal);
        this.metrics.refused(refusal.code);
        next(new RefusedConnection(refusal));
        setImmediate(() => socket.conn.close());
      },
    );
  };

  private async letIn(socket: ChatSocket): Promise<void> {
    if (this.guard.isCrowded(socket.conn)) throw new ParleyError('RATE_LIMITED', { retryAfterMs: CROWDED_RETRY_MS });
    const { userId, sessionId, expiresAt, isClassic } = await this.identify(socket);
    await this.places.take(socket.conn, userId, this.guard.addressOf(socket.conn));
    const classic = isClassic ? { start: await this.classic.findStart(userId) } : undefined;
    if (socket.conn.readyState !== 'open') throw new ParleyError('UNAUTHENTICATED'); // gone meanwhile; nobody hears this
    const person = this.people.arrive(userId);
    socket.conn.once('close', () => this.people.depart(person));
    const { factor } = this.limiter;
    const budget = new TokenBucket(EVENTS_PER_SECOND * factor, Math.max(1, EVENTS_BURST * factor), performance.now());
    socket.data = new SocketState(person, sessionId, expiresAt, budget, classic);
    socket.handshake.auth = {}; // the token has done its work
  }

  /** Browsers send the cookie along in any case: it counts only where there is no token. */
  private async identify({ conn, handshake }: ChatSocket): Promise<Identity> {
    const token: unknown = handshake.auth['token'];
    const headers = this.guard.takeCookie(conn);
    if (token !== undefined || !headers || this.cookies.tokenOf({ headers }) === undefined) {
      return { ...(await this.verifier.verify(token)), isClassic: false };
    }
    if (headers.origin === undefined || !this.origins.isAllowed(headers.origin)) throw new ParleyError('ORIGIN_REFUSED');
    const { userId, sessionId } = await this.cookies.verify({ headers });
    return { userId, sessionId, expiresAt: Date.now() + COOKIE_CHECK_MS, isClassic: true };
  }
}
