import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { bearerTokenOf } from './bearer-token.js';
import { SessionCookies } from './session-cookies.js';

/**
 * For what pages load by themselves, as `<img src>` does: an access token, or the session cookie alone. Only for requests
 * that change nothing. `@CurrentCaller()` is whose it is.
 */
@Injectable()
export class ReaderGuard implements CanActivate {
  constructor(
    private readonly tokens: AccessTokenVerifier,
    private readonly cookies: SessionCookies,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const token = bearerTokenOf(request);
    request.user = token === undefined ? await this.cookies.verify(request) : await this.tokens.verify(token);
    return true;
  }
}
