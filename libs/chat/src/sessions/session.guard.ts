import { Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { ParleyError } from '@parley/contracts';
import { ACCESS_TOKEN_STRATEGY } from './access-token.strategy.js';

/** Lets only requests with a valid access token through; `@CurrentCaller()` is whose it is. */
@Injectable()
export class SessionGuard extends AuthGuard(ACCESS_TOKEN_STRATEGY) {
  override handleRequest<C>(error: Error | null, caller: C | false | null | undefined): C {
    if (error) throw error;
    if (!caller) throw new ParleyError('UNAUTHENTICATED');
    return caller;
  }
}
