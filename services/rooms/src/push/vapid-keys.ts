import { createECDH, createPrivateKey, sign, type ECDH, type KeyObject } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { OriginPolicy, type ConfigOf } from '@parley/runtime';
import { LRUCache } from 'lru-cache';
import { RoomsDatabase } from '../db/rooms.database.js';
import { pushConfig } from '../rooms.config.js';

const CURVE = 'prime256v1';
/** Push services refuse more than 24 hours. */
const TOKEN_SECONDS = 12 * 3600;
/** Services that people use at one time; each has a token of its own. */
const SERVICES_MAX = 100;

/** 32 bytes, base64url: a number that begins with zeros has fewer by itself. */
const privateKeyOf = (pair: ECDH): string => {
  const bytes = pair.getPrivateKey();
  return Buffer.concat([Buffer.alloc(32 - bytes.length), bytes]).toString('base64url');
};
const json = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** By which push services know this installation (VAPID, RFC 8292): the configured key, or one made at the first start and kept. */
@Injectable()
export class VapidKeys implements OnModuleInit {
  private publicHalf = '';
  private key: KeyObject | undefined;
  private readonly tokens = new LRUCache<string, string>({ max: SERVICES_MAX, ttl: (TOKEN_SECONDS / 2) * 1000 });

  constructor(
    private readonly database: RoomsDatabase,
    private readonly origins: OriginPolicy,
    @Inject(pushConfig.token) private readonly config: ConfigOf<typeof pushConfig>,
  ) {}

  async onModuleInit(): Promise<void> {
    if (!this.config.ENABLED) return;
    const pair = createECDH(CURVE);
    pair.setPrivateKey(this.config.PRIVATE_KEY ?? (await this.kept()), 'base64url');
    const point = pair.getPublicKey();
    this.publicHalf = point.toString('base64url');
    const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
    this.key = createPrivateKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', d: privateKeyOf(pair), x, y } });
  }

  /** What browsers subscribe with, base64url. */
  get publicKey(): string {
    return this.publicHalf;
  }

  /** The `Authorization` of a request to this endpoint. */
  authorizationFor(endpoint: string): string {
    const audience = new URL(endpoint).origin;
    const token = this.tokens.get(audience) ?? this.sign(audience);
    this.tokens.set(audience, token, { noUpdateTTL: true });
    return `vapid t=${token}, k=${this.publicHalf}`;
  }

  private sign(audience: string): string {
    if (!this.key) throw new Error('push messages are switched off');
    // Some services refuse a contact that is neither https: nor mailto:, and accept none.
    const ownUrl = this.origins.publicUrl.startsWith('https:') ? this.origins.publicUrl : undefined;
    const claims = { aud: audience, exp: Math.floor(Date.now() / 1000) + TOKEN_SECONDS, sub: this.config.CONTACT ?? ownUrl };
    const signed = `${json({ typ: 'JWT', alg: 'ES256' })}.${json(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.key, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }

  /** Several processes may start at once: the first key stays. */
  private async kept(): Promise<string> {
    const pair = createECDH(CURVE);
    pair.generateKeys();
    await this.database.query(`INSERT INTO rooms.push_keys (private_key) VALUES ($1) ON CONFLICT DO NOTHING`, [privateKeyOf(pair)]);
    const [row] = await this.database.query<{ private_key: string }>(`SELECT private_key FROM rooms.push_keys`);
    return row!.private_key;
  }
}
