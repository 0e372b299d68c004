import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { bearerTokenOf } from '@parley/chat';
import { parseCookie, type Cookies } from 'cookie';
import type { Request } from 'express';

/** What a request without access token says about where it comes from. */
export interface Requester {
  /** Behind the proxies that are to be believed. */
  readonly address: string;
  readonly userAgent: string | undefined;
  readonly cookies: Cookies;
  readonly accessToken: string | undefined;
}

export const CurrentRequester = createParamDecorator((_: unknown, context: ExecutionContext): Requester => {
  const request = context.switchToHttp().getRequest<Request>();
  return {
    address: request.ip ?? '',
    userAgent: request.headers['user-agent'],
    cookies: parseCookie(request.headers.cookie ?? ''),
    accessToken: bearerTokenOf(request),
  };
});
