import type { SessionRevoked } from '@parley/contracts';
import type { JSONWebKeySet } from 'jose';
import type { Caller } from './caller.js';

export type RevocationReason = SessionRevoked['reason'];

export interface RevokedSession {
  readonly sessionId: string;
  readonly userId: string;
  readonly reason: RevocationReason;
}

/** What every service needs to know of sessions to check access tokens by itself; owned by the auth service. */
export abstract class Sessions {
  /** The public keys that sign access tokens now or will soon. */
  abstract publicKeys(): Promise<JSONWebKeySet>;
  /** Sessions that ended after `since` (ms since 1970): those whose access tokens may still look valid. */
  abstract listRevokedSince(since: number): Promise<RevokedSession[]>;
  /** Whose session cookie this is; its direct predecessor counts for 10 s. Nothing changes by asking. undefined: nobody's. */
  abstract findByCookie(token: string): Promise<Caller | undefined>;
}
