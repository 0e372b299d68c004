import type { EventLog, LogRecord, TailOptions } from '@parley/platform';
import { base64url, exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose';
import { v7 as uuidV7 } from 'uuid';
import { ACCESS_TOKEN } from './access-token.js';
import type { Caller } from './caller.js';
import { Sessions, type RevokedSession } from './sessions.js';

/** An auth service in memory, for tests of whoever checks tokens. */
export class FakeSessions extends Sessions {
  readonly keys: JWK[] = [];
  readonly revoked: RevokedSession[] = [];
  readonly cookies = new Map<string, Caller>();
  cookieRequests = 0;
  keyRequests = 0;
  revocationRequests: number[] = [];
  isAway = false;
  private readonly privateKeys = new Map<string, CryptoKey>();

  async addKey(kid: string): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    this.privateKeys.set(kid, privateKey);
    this.keys.push({ ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'EdDSA' });
  }

  /** Signs whatever it is told, valid or not; a claim or header of `undefined` is left out. */
  async sign(kid: string, { header = {}, ...claims }: Record<string, unknown> & { header?: object } = {}): Promise<string> {
    const key = this.privateKeys.get(kid);
    if (!key) throw new TypeError(`no key ${kid}`);
    const now = Math.floor(Date.now() / 1000);
    const { issuer: iss, audience: aud, type: typ, algorithm: alg } = ACCESS_TOKEN;
    const payload = { iss, aud, sub: uuidV7(), sid: uuidV7(), roles: [], iat: now, exp: now + 600, ...claims };
    const signed = [{ alg, typ, kid, ...header }, payload].map((part) => base64url.encode(JSON.stringify(part))).join('.');
    const signature = await crypto.subtle.sign('Ed25519', key, new TextEncoder().encode(signed));
    return `${signed}.${base64url.encode(new Uint8Array(signature))}`;
  }

  async publicKeys(): Promise<{ keys: JWK[] }> {
    this.keyRequests += 1;
    if (this.isAway) throw new Error('connect ECONNREFUSED');
    return { keys: [...this.keys] };
  }

  async listRevokedSince(since: number): Promise<RevokedSession[]> {
    this.revocationRequests.push(since);
    if (this.isAway) throw new Error('connect ECONNREFUSED');
    return [...this.revoked];
  }

  async findByCookie(token: string): Promise<Caller | undefined> {
    this.cookieRequests += 1;
    if (this.isAway) throw new Error('connect ECONNREFUSED');
    return this.cookies.get(token);
  }
}

/** The part of the event log that `RevokedSessions` uses. */
export class FakeTail {
  isClosed = false;
  private handle: TailOptions<never>['handle'] | undefined;

  asEventLog(): EventLog {
    return {
      tail: async (options: TailOptions<never>) => {
        this.handle = options.handle;
        return { caughtUp: async () => undefined, close: async () => void (this.isClosed = true) };
      },
    } as unknown as EventLog;
  }

  emit(payload: unknown): void {
    void this.handle?.({ payload } as LogRecord<never>);
  }
}
