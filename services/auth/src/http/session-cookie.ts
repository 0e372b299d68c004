import { Inject, Injectable } from '@nestjs/common';
import { sessionCookieName } from '@parley/chat';
import { serverConfig, type ConfigOf } from '@parley/runtime';
import type { CookieOptions, Response } from 'express';
import type { OpenSession } from '../sessions/session-lifecycle.service.js';
import type { Requester } from './requester.js';

/** The session cookie: unreadable for scripts, not sent along with requests from other sites, and bound to TLS where there is TLS. */
@Injectable()
export class SessionCookie {
  private readonly name: string;
  private readonly options: CookieOptions;

  constructor(@Inject(serverConfig.token) config: ConfigOf<typeof serverConfig>) {
    const isSecure = config.PUBLIC_URL?.startsWith('https:') ?? false;
    this.name = sessionCookieName(config.PUBLIC_URL);
    this.options = { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure };
  }

  tokenOf({ cookies }: Requester): string | undefined {
    return cookies[this.name];
  }

  set(response: Response, { token, expiresAt }: OpenSession): void {
    const seconds = Math.max(0, Math.ceil((expiresAt.getTime() - Date.now()) / 1000));
    response.cookie(this.name, token, { ...this.options, maxAge: seconds * 1000 });
  }

  clear(response: Response): void {
    response.clearCookie(this.name, this.options);
  }
}
