import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { ParleyError, SECURE_SESSION_COOKIE, SESSION_COOKIE } from '@parley/contracts';
import { serverConfig, type ConfigOf } from '@parley/runtime';
import { parseCookie } from 'cookie';
import { LRUCache } from 'lru-cache';
import type { Caller } from './caller.js';
import { RevokedSessions } from './revoked-sessions.js';
import { Sessions } from './sessions.js';

const REMEMBERED = 10_000;
/** As long as a cookie that was replaced by a refresh stays good; who logs out is out at once all the same. */
const REMEMBER_MS = 10_000;

/** Behind TLS the cookie has a name that browsers refuse without it. */
export const sessionCookieName = (publicUrl: string | undefined): string =>
  publicUrl?.startsWith('https:') ? SECURE_SESSION_COOKIE : SESSION_COOKIE;

/**
 * Whose session the cookie of a request is, for the few places where the cookie alone is enough (`docs/api` §2): what a page
 * loads by itself carries no access token. The auth service is asked, once in a while per cookie.
 */
@Injectable()
export class SessionCookies {
  /** SHA-256 of the cookie -> whose it is. */
  private readonly known = new LRUCache<string, Caller>({ max: REMEMBERED, ttl: REMEMBER_MS });
  private readonly name: string;

  constructor(
    private readonly sessions: Sessions,
    private readonly revoked: RevokedSessions,
    @Inject(serverConfig.token) config: ConfigOf<typeof serverConfig>,
  ) {
    this.name = sessionCookieName(config.PUBLIC_URL);
  }

  /** The session cookie as it was sent, whatever it is worth. */
  tokenOf(request: Pick<IncomingMessage, 'headers'>): string | undefined {
    return parseCookie(request.headers.cookie ?? '')[this.name];
  }

  /** Throws UNAUTHENTICATED without a cookie of a session that lasts. */
  async verify(request: Pick<IncomingMessage, 'headers'>): Promise<Caller> {
    const token = this.tokenOf(request);
    if (token === undefined) throw new ParleyError('UNAUTHENTICATED');
    const digest = hash('sha256', token, 'base64url');
    const caller = this.known.get(digest) ?? (await this.sessions.findByCookie(token));
    if (!caller || (await this.revoked.isRevoked(caller.sessionId))) throw new ParleyError('UNAUTHENTICATED');
    if (!this.known.has(digest)) this.known.set(digest, caller);
    return caller;
  }
}
