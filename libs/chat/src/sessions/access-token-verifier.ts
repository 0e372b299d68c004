import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ParleyError, SessionId, UserId } from '@parley/contracts';
import { errors, jwtVerify, type CryptoKey, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { ACCESS_TOKEN, ACCESS_TOKEN_LEEWAY_SECONDS } from './access-token.js';
import type { Caller } from './caller.js';
import { RevokedSessions } from './revoked-sessions.js';
import { Sessions } from './sessions.js';
import { SigningKeyCache } from './signing-key-cache.js';

export interface VerifiedToken extends Caller {
  /** ms since 1970, without leeway. */
  readonly expiresAt: number;
}

interface Remembered {
  readonly token: VerifiedToken;
  readonly keyId: string;
}

/** Ours are some 400 characters. */
const TOKEN_LENGTH_MAX = 2048;
const KEY_ID = /^[A-Za-z0-9_-]{1,64}$/;
/** Headers that name a key of the sender's choice (RFC 8725 §3.10) or change the rules. No token of ours has them. */
const FOREIGN_HEADERS = ['jku', 'jwk', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'crit'] as const;

/** Checks access tokens locally, so that requests and reconnects do not load the auth service. */
@Injectable()
export class AccessTokenVerifier {
  private readonly keys: SigningKeyCache;
  /** Checking a signature costs some 100 times a look-up; after a restart of an edge everyone comes back at once. */
  private readonly verified = new LRUCache<string, Remembered>({ max: 20_000 });

  constructor(
    sessions: Sessions,
    private readonly revoked: RevokedSessions,
  ) {
    this.keys = new SigningKeyCache(sessions);
  }

  /** Throws UNAUTHENTICATED for every token that is not valid now, UNAVAILABLE when that cannot be known. */
  async verify(token: unknown): Promise<VerifiedToken> {
    if (typeof token !== 'string' || token.length === 0 || token.length > TOKEN_LENGTH_MAX) throw new ParleyError('UNAUTHENTICATED');
    const digest = hash('sha256', token, 'base64');
    const known = this.verified.get(digest);
    const remembered = known && (await this.keys.isPublished(known.keyId)) ? known : await this.check(token);
    if (Date.now() >= remembered.token.expiresAt + ACCESS_TOKEN_LEEWAY_SECONDS * 1000) {
      this.verified.delete(digest);
      throw new ParleyError('UNAUTHENTICATED');
    }
    if (remembered !== known) this.verified.set(digest, remembered);
    if (await this.revoked.isRevoked(remembered.token.sessionId)) throw new ParleyError('UNAUTHENTICATED');
    return remembered.token;
  }

  private async check(token: string): Promise<Remembered> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, (header) => this.keyOf(header), {
        algorithms: [ACCESS_TOKEN.algorithm],
        typ: ACCESS_TOKEN.type,
        issuer: ACCESS_TOKEN.issuer,
        audience: ACCESS_TOKEN.audience,
        requiredClaims: ['exp', 'iat', 'sub', 'sid'],
        clockTolerance: ACCESS_TOKEN_LEEWAY_SECONDS,
      });
      return { token: tokenOf(payload), keyId: protectedHeader.kid ?? '' };
    } catch (error) {
      if (error instanceof ParleyError) throw error;
      if (error instanceof errors.JOSEError) throw new ParleyError('UNAUTHENTICATED', { cause: error });
      // Whatever else a hostile token can make the parser throw is the token's fault too.
      if (error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException) {
        throw new ParleyError('UNAUTHENTICATED', { cause: error });
      }
      throw error;
    }
  }

  private async keyOf(header: JWTHeaderParameters): Promise<CryptoKey> {
    const { kid } = header;
    if (typeof kid !== 'string' || !KEY_ID.test(kid) || FOREIGN_HEADERS.some((name) => name in header)) {
      throw new ParleyError('UNAUTHENTICATED');
    }
    const key = await this.keys.find(kid);
    if (!key) throw new ParleyError('UNAUTHENTICATED');
    return key;
  }
}

function tokenOf({ exp, nbf, sub, sid, roles = [] }: JWTPayload): VerifiedToken {
  const userId = UserId.safeParse(sub);
  const sessionId = SessionId.safeParse(sid);
  const isWellFormed = exp !== undefined && Array.isArray(roles) && roles.every((role) => role === 'administrator');
  // jose grants its tolerance on both sides; a token that has not begun is refused here.
  const hasBegun = nbf === undefined || nbf * 1000 <= Date.now();
  if (!isWellFormed || !hasBegun || !userId.success || !sessionId.success) throw new ParleyError('UNAUTHENTICATED');
  return { userId: userId.data, sessionId: sessionId.data, roles: roles as Caller['roles'], expiresAt: exp * 1000 };
}
