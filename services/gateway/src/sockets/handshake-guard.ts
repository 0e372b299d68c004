import { Inject, Injectable } from '@nestjs/common';
import { ParleyError } from '@parley/contracts';
import { RateLimiter } from '@parley/platform';
import { OriginPolicy, Readiness, clientAddress, serverConfig, writeProblem, type ConfigOf } from '@parley/runtime';
import { randomUUID } from 'node:crypto';
import { ServerResponse, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { gatewayConfig } from '../gateway.config.js';
import { GatewayMetrics } from '../metrics/gateway-metrics.js';
import type { EngineConnection } from './engine-connection.js';

interface Handshake extends IncomingMessage {
  readonly _query: Readonly<Record<string, string>>;
}

/** The headers of a handshake by which a connection can log in without a token. */
export type CookieHeaders = Pick<IncomingHttpHeaders, 'cookie' | 'origin'>;

/**
 * Lets WebSocket handshakes in or answers them with an HTTP error, before anything is made for them. It stands before
 * all other checks of engine.io, because those for a connection that exists already (`sid`) skip `allowRequest`; and
 * CORS, which browsers do not ask for WebSockets, protects nothing here.
 */
@Injectable()
export class HandshakeGuard {
  private readonly perAddress = new Map<string, number>();
  private readonly addresses = new WeakMap<EngineConnection, string>();
  private readonly cookies = new WeakMap<EngineConnection, CookieHeaders>();
  private readonly limit: number;

  constructor(
    @Inject(gatewayConfig.token) config: ConfigOf<typeof gatewayConfig>,
    @Inject(serverConfig.token) private readonly server: ConfigOf<typeof serverConfig>,
    private readonly origins: OriginPolicy,
    private readonly readiness: Readiness,
    private readonly metrics: GatewayMetrics,
    limiter: RateLimiter,
  ) {
    this.limit = limiter.factor === 0 ? Infinity : Math.ceil(config.SOCKETS_PER_ADDRESS * limiter.factor);
  }

  /** Middleware of the engine: `next()` goes on with the handshake; refusals are answered here. */
  readonly check = (request: IncomingMessage, response: unknown, next: () => void): void => {
    const refusal = this.refusalOf(request as Handshake);
    if (refusal) {
      this.metrics.refused(refusal.code);
      refuse(request, response, refusal);
      return;
    }
    const address = clientAddress(request, this.server.TRUST_PROXY);
    this.perAddress.set(address, this.count(address) + 1);
    request.socket.once('close', () => this.release(address));
    next();
  };

  /** To be called while the connection's request is still at hand. */
  remember(conn: EngineConnection): void {
    const { headers } = conn.request as IncomingMessage;
    this.addresses.set(conn, clientAddress(conn.request as IncomingMessage, this.server.TRUST_PROXY));
    if (headers.cookie !== undefined) {
      const { cookie, origin } = headers;
      this.cookies.set(conn, { cookie, ...(origin === undefined ? {} : { origin }) });
    }
  }

  /** What a browser sent along with the handshake; asked for once, when the connection logs in. */
  takeCookie(conn: EngineConnection): CookieHeaders | undefined {
    const headers = this.cookies.get(conn);
    this.cookies.delete(conn);
    return headers;
  }

  addressOf(conn: EngineConnection): string {
    return this.addresses.get(conn) ?? '';
  }

  /** More connections from one address than allowed; they are told so when they log in, up to twice the limit. */
  isCrowded(conn: EngineConnection): boolean {
    return this.count(this.addressOf(conn)) > this.limit;
  }

  private refusalOf(request: Handshake): ParleyError | undefined {
    const { headers, _query: query } = request;
    if (!this.origins.mayChangeState(headers)) return new ParleyError('ORIGIN_REFUSED');
    if (headers.upgrade === undefined || query['transport'] !== 'websocket' || query['EIO'] !== '4') {
      return new ParleyError('VALIDATION_FAILED', { detail: 'Connect with Socket.IO 4 over WebSocket.' });
    }
    if (query['sid'] !== undefined) return new ParleyError('VALIDATION_FAILED', { detail: 'A connection cannot be taken over.' });
    if (this.readiness.isStopping) return new ParleyError('UNAVAILABLE', { retryAfterMs: 1000 });
    const crowd = this.count(clientAddress(request, this.server.TRUST_PROXY));
    return crowd >= this.limit * 2 ? new ParleyError('RATE_LIMITED', { retryAfterMs: 10_000 }) : undefined;
  }

  private count(address: string): number {
    return this.perAddress.get(address) ?? 0;
  }

  private release(address: string): void {
    const left = this.count(address) - 1;
    if (left > 0) this.perAddress.set(address, left);
    else this.perAddress.delete(address);
  }
}

/** A handshake that asks for an upgrade comes without a response of its own. */
function refuse(request: IncomingMessage, given: unknown, error: ParleyError): void {
  let response: ServerResponse;
  if (given instanceof ServerResponse) response = given;
  else {
    const { socket } = request;
    socket.on('error', () => undefined);
    response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => socket.destroySoon());
  }
  response.setHeader('X-Request-Id', randomUUID());
  writeProblem(response, error);
}
