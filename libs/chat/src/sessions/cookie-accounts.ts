import type { LoginRequest, RegisterAnswer, RegisterRequest, SessionAnswer } from '@parley/contracts';

/** Who asks, as his browser and the network say. */
export interface Visitor {
  /** Behind the proxies that are to be believed; log-ins are limited by it. */
  readonly address: string;
  readonly userAgent?: string | undefined;
  /** The `Cookie` header as it came. */
  readonly cookie?: string | undefined;
}

/** Somebody known by his cookie, with an access token for what he has just asked for: it lasts a minute. */
export interface CookieCaller {
  readonly userId: string;
  readonly accessToken: string;
}

/** What the person is answered, and the `Set-Cookie` header that goes with it. */
export interface CookieEntry<A> {
  readonly answer: A;
  readonly setCookie: string;
}

/**
 * Accounts for an edge that knows people by the session cookie alone; owned by the auth service, with the rules and limits
 * of its own edge.
 */
export abstract class CookieAccounts {
  abstract register(request: RegisterRequest, visitor: Visitor): Promise<CookieEntry<RegisterAnswer>>;
  abstract login(request: LoginRequest, visitor: Visitor): Promise<CookieEntry<SessionAnswer>>;
  /** Ends the session of the cookie, if it is one. Answers the `Set-Cookie` header that takes the cookie away. */
  abstract logout(visitor: Visitor): Promise<string>;
  /** Whose session the cookie is; it stays as it is. undefined: it is the cookie of no session. */
  abstract identify(visitor: Visitor): Promise<CookieCaller | undefined>;
}
