import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-custom';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { bearerTokenOf } from './bearer-token.js';
import type { Caller } from './caller.js';

export const ACCESS_TOKEN_STRATEGY = 'access-token';

/** `Authorization: Bearer` and nothing else: tokens in addresses end up in logs, in bodies in caches. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, ACCESS_TOKEN_STRATEGY) {
  constructor(private readonly verifier: AccessTokenVerifier) {
    super();
  }

  async validate(request: Request): Promise<Caller | false> {
    const token = bearerTokenOf(request);
    return token === undefined ? false : this.verifier.verify(token);
  }
}
