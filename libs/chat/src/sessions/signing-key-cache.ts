import { importJWK, type CryptoKey } from 'jose';
import { ParleyError } from '@parley/contracts';
import { ACCESS_TOKEN } from './access-token.js';
import type { Sessions } from './sessions.js';

/** Made-up key ids cause at most one question to the auth service in this time. */
const COOLDOWN_MS = 30_000;
/** A key that was withdrawn is refused after this time at the latest; new ones are published well before. */
const MAX_AGE_MS = 600_000;

/** The keys of access tokens, asked for rarely and kept in this process. */
export class SigningKeyCache {
  private keys: ReadonlyMap<string, CryptoKey> | undefined;
  private loadedAt = -Infinity;
  private triedAt = -Infinity;
  private loading: Promise<void> | undefined;

  constructor(
    private readonly sessions: Sessions,
    private readonly now: () => number = Date.now,
  ) {}

  /** undefined: no such key. Throws UNAVAILABLE while no key could ever be loaded. */
  async find(keyId: string): Promise<CryptoKey | undefined> {
    await this.refresh();
    const known = this.keys?.get(keyId);
    if (known || !this.isCooledDown()) return known;
    await this.load();
    return this.keys?.get(keyId);
  }

  /** Whether a key is still published, as far as this process knows; what a remembered verification depends on. */
  async isPublished(keyId: string): Promise<boolean> {
    await this.refresh();
    return this.keys?.has(keyId) ?? false;
  }

  private async refresh(): Promise<void> {
    if (!this.keys) await this.load();
    else if (this.now() - this.loadedAt > MAX_AGE_MS && this.isCooledDown()) {
      // Old keys beat none: while the auth service is away, people who are logged in stay so.
      await this.load().catch(() => undefined);
    }
  }

  private isCooledDown(): boolean {
    return this.now() - this.triedAt >= COOLDOWN_MS;
  }

  private load(): Promise<void> {
    this.loading ??= this.fetch().finally(() => (this.loading = undefined));
    return this.loading;
  }

  private async fetch(): Promise<void> {
    this.triedAt = this.now();
    try {
      const { keys } = await this.sessions.publicKeys();
      const imported = new Map<string, CryptoKey>();
      for (const jwk of keys) {
        if (!jwk.kid || jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519') continue;
        imported.set(jwk.kid, (await importJWK({ kty: jwk.kty, crv: jwk.crv, x: jwk.x ?? '' }, ACCESS_TOKEN.algorithm)) as CryptoKey);
      }
      this.keys = imported;
      this.loadedAt = this.now();
    } catch (cause) {
      throw new ParleyError('UNAVAILABLE', { detail: 'Log-ins cannot be checked at the moment. Try again.', cause });
    }
  }
}
