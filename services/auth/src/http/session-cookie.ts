import { Inject, Injectable } from '@nestjs/common';
import { sessionCookieName } from '@parley/chat';
import { serverConfig, type ConfigOf } from '@parley/runtime';
import { stringifySetCookie } from 'cookie';
import type { Response } from 'express';
import type { OpenSession } from '../sessions/session-lifecycle.service.js';
import type { Requester } from './requester.js';

/** The session cookie: unreadable for scripts, not sent along with requests from other sites, and bound to TLS where there is TLS. */
@Injectable()
export class SessionCookie {
  private readonly name: string;
  private readonly attributes;

  constructor(@Inject(serverConfig.token) config: ConfigOf<typeof serverConfig>) {
    const isSecure = config.PUBLIC_URL?.startsWith('https:') ?? false;
    this.name = sessionCookieName(config.PUBLIC_URL);
    this.attributes = { name: this.name, httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure } as const;
  }

  tokenOf({ cookies }: Pick<Requester, 'cookies'>): string | undefined {
    return cookies[this.name];
  }

  /** `Set-Cookie` for a session. */
  headerFor({ token, expiresAt }: OpenSession): string {
    const maxAge = Math.max(0, Math.ceil((expiresAt.getTime() - Date.now()) / 1000));
    return stringifySetCookie({ ...this.attributes, value: token, maxAge });
  }

  /** `Set-Cookie` that takes the cookie away. */
  get clearingHeader(): string {
    return stringifySetCookie({ ...this.attributes, value: '', expires: new Date(0) });
  }

  set(response: Response, session: OpenSession): void {
    response.append('Set-Cookie', this.headerFor(session));
  }

  clear(response: Response): void {
    response.append('Set-Cookie', this.clearingHeader);
  }
}
