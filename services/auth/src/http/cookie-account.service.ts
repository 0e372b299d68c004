import { Injectable } from '@nestjs/common';
import { CookieAccounts, type CookieCaller, type CookieEntry, type Visitor } from '@parley/chat';
import type { LoginRequest, RegisterAnswer, RegisterRequest, SessionAnswer } from '@parley/contracts';
import { parseCookie } from 'cookie';
import { SessionCookie } from './session-cookie.js';
import { AccessTokenSigner } from '../keys/access-token-signer.js';
import { deviceNameOf } from '../sessions/device-name.js';
import { SessionLifecycle } from '../sessions/session-lifecycle.service.js';
import { SessionService } from '../sessions/session.service.js';
import { AccountMetrics } from '../accounts/account-metrics.js';
import { AccountService, type Client, type LoggedIn } from '../accounts/account.service.js';

/** A token that an edge uses for one call of its visitor lives no longer than that may take (ms). */
const ERRAND_MS = 60_000;

/** Accounts for the classic edge, which has no database and knows people by their cookie. */
@Injectable()
export class CookieAccountService extends CookieAccounts {
  constructor(
    private readonly accounts: AccountService,
    private readonly lifecycle: SessionLifecycle,
    private readonly sessions: SessionService,
    private readonly signer: AccessTokenSigner,
    private readonly cookie: SessionCookie,
    private readonly metrics: AccountMetrics,
  ) {
    super();
  }

  async register(request: RegisterRequest, visitor: Visitor): Promise<CookieEntry<RegisterAnswer>> {
    return this.entryOf(await this.metrics.count('register', () => this.accounts.register(request, this.clientOf(visitor))));
  }

  async login(request: LoginRequest, visitor: Visitor): Promise<CookieEntry<SessionAnswer>> {
    return this.entryOf(await this.metrics.count('login', () => this.accounts.login(request, this.clientOf(visitor))));
  }

  async logout(visitor: Visitor): Promise<string> {
    await this.lifecycle.endByToken(this.tokenOf(visitor), 'logout');
    return this.cookie.clearingHeader;
  }

  async identify(visitor: Visitor): Promise<CookieCaller | undefined> {
    const token = this.tokenOf(visitor);
    const caller = token === undefined ? undefined : await this.sessions.findByCookie(token);
    if (!caller) return undefined;
    const session = { id: caller.sessionId, userId: caller.userId, expiresAt: new Date(Date.now() + ERRAND_MS) };
    const { accessToken } = await this.signer.sign(session, [...caller.roles]);
    return { userId: caller.userId, accessToken };
  }

  private entryOf<A extends SessionAnswer>({ answer, session }: LoggedIn<A>): CookieEntry<A> {
    return { answer, setCookie: this.cookie.headerFor(session) };
  }

  private clientOf(visitor: Visitor): Client {
    return { address: visitor.address, deviceName: deviceNameOf(visitor.userAgent), token: this.tokenOf(visitor) };
  }

  private tokenOf({ cookie = '' }: Visitor): string | undefined {
    return this.cookie.tokenOf({ cookies: parseCookie(cookie) });
  }
}
