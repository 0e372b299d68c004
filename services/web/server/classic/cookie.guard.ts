import { Injectable, createParamDecorator, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { CookieAccounts, type CookieCaller } from '@parley/chat';
import { ParleyError } from '@parley/contracts';
import type { Request } from 'express';
import { visitorOf } from './visitor.js';

type CalledRequest = Request & { caller?: CookieCaller };

/** Lets only requests with the cookie of a session through; `@CurrentCookieCaller()` is whose it is. */
@Injectable()
export class CookieGuard implements CanActivate {
  constructor(private readonly accounts: CookieAccounts) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<CalledRequest>();
    const caller = await this.accounts.identify(visitorOf(request));
    if (!caller) throw new ParleyError('UNAUTHENTICATED');
    request.caller = caller;
    return true;
  }
}

export const CurrentCookieCaller = createParamDecorator((_: unknown, context: ExecutionContext): CookieCaller => {
  const { caller } = context.switchToHttp().getRequest<CalledRequest>();
  if (!caller) throw new TypeError('@CurrentCookieCaller() needs a route behind CookieGuard');
  return caller;
});
