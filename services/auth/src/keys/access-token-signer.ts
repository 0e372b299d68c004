import { Inject, Injectable } from '@nestjs/common';
import { ACCESS_TOKEN } from '@parley/chat';
import type { ConfigOf } from '@parley/runtime';
import type { User } from '@parley/contracts';
import { SignJWT } from 'jose';
import { v7 as uuidV7 } from 'uuid';
import { accessTokenConfig } from '../auth.config.js';
import { SigningKeys } from './signing-keys.service.js';

export interface AccessToken {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
}

@Injectable()
export class AccessTokenSigner {
  private readonly lifeSeconds: number;

  constructor(
    private readonly keys: SigningKeys,
    @Inject(accessTokenConfig.token) config: ConfigOf<typeof accessTokenConfig>,
  ) {
    this.lifeSeconds = config.ACCESS_TOKEN_SECONDS;
  }

  /** A token that ends with the session at the latest. */
  async sign(session: { id: string; userId: string; expiresAt: Date }, roles: User['roles']): Promise<AccessToken> {
    const { id: kid, key } = await this.keys.current();
    const now = Math.floor(Date.now() / 1000);
    const end = Math.max(now + 1, Math.min(now + this.lifeSeconds, Math.floor(session.expiresAt.getTime() / 1000)));
    const accessToken = await new SignJWT({ sid: session.id, roles })
      .setProtectedHeader({ alg: ACCESS_TOKEN.algorithm, typ: ACCESS_TOKEN.type, kid })
      .setIssuer(ACCESS_TOKEN.issuer)
      .setAudience(ACCESS_TOKEN.audience)
      .setSubject(session.userId)
      .setJti(uuidV7())
      .setIssuedAt(now)
      .setExpirationTime(end)
      .sign(key);
    return { accessToken, expiresIn: end - now };
  }
}
