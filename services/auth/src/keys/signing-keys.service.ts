import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ACCESS_TOKEN, ACCESS_TOKEN_LEEWAY_SECONDS, ACCESS_TOKEN_SECONDS_MAX } from '@parley/chat';
import type { Queryable } from '@parley/db';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JSONWebKeySet } from 'jose';
import { AuthDatabase } from '../db/auth.database.js';
import { SigningKeyEntity } from './signing-key.entity.js';

/** A key is known everywhere before it signs: verifiers keep the old set for 10 minutes. */
const PUBLISH_AHEAD_MS = 15 * 60_000;
/** And for as long afterwards as a token that it signed can live. */
const PUBLISH_AFTER_MS = (ACCESS_TOKEN_SECONDS_MAX + ACCESS_TOKEN_LEEWAY_SECONDS + 60) * 1000;
/** How long another process may not know of a rotation; far less than `PUBLISH_AHEAD_MS`. */
const RELOAD_MS = 60_000;
const ROTATION_LOCK = 0x7061_726b;
const INSERT_KEY = 'INSERT INTO auth.signing_keys (id, public_jwk, private_jwk, signs_from) VALUES ($1, $2, $3, $4)';

/** What may be told of a key: not its private half. */
export type KeyDates = Pick<SigningKeyEntity, 'id' | 'createdAt' | 'signsFrom' | 'publishedUntil'>;

export interface SigningKey {
  readonly id: string;
  readonly key: CryptoKey;
}

/** The keys that sign access tokens, made at the first start and kept in the database. */
@Injectable()
export class SigningKeys implements OnModuleInit {
  private stored: SigningKeyEntity[] = [];
  private loadedAt = -Infinity;
  private readonly imported = new Map<string, Promise<CryptoKey>>();

  constructor(private readonly database: AuthDatabase) {}

  async onModuleInit(): Promise<void> {
    await this.reload();
    if (this.stored.length === 0) await this.rotate();
  }

  /** The key that signs now. */
  async current(): Promise<SigningKey> {
    await this.refresh();
    const now = Date.now();
    const signing = this.stored.findLast(({ signsFrom }) => signsFrom.getTime() <= now) ?? this.stored[0];
    if (!signing) throw new Error('there is no signing key');
    const { id, privateJwk } = signing;
    const key = this.imported.get(id) ?? (importJWK(privateJwk, ACCESS_TOKEN.algorithm) as Promise<CryptoKey>);
    this.imported.set(id, key);
    return { id, key: await key };
  }

  async publicKeys(): Promise<JSONWebKeySet> {
    await this.refresh();
    const now = Date.now();
    const published = this.stored.filter(({ publishedUntil }) => publishedUntil === null || publishedUntil.getTime() > now);
    return { keys: published.map(({ id, publicJwk }) => ({ ...publicJwk, kid: id, use: 'sig', alg: ACCESS_TOKEN.algorithm })) };
  }

  /** The one that signs last comes last. */
  async list(): Promise<KeyDates[]> {
    await this.reload();
    return this.stored.map(({ id, createdAt, signsFrom, publishedUntil }) => ({ id, createdAt, signsFrom, publishedUntil }));
  }

  /**
   * For keys that somebody has got hold of: a new one signs at once and no other is published. Access tokens of the old ones are
   * refused as soon as those who check them have asked again, within 10 minutes; sessions go on with the next refresh.
   */
  async replaceAll(): Promise<void> {
    const { id, publicJwk, privateJwk } = await newKey();
    await this.database.transaction(async (transaction) => {
      await transaction.query('SELECT pg_advisory_xact_lock($1)', [ROTATION_LOCK]);
      await transaction.query('DELETE FROM auth.signing_keys');
      await transaction.query(INSERT_KEY, [id, publicJwk, privateJwk, new Date()]);
    });
    await this.reload();
  }

  /**
   * Brings in a new key: published at once, signing after 15 minutes, while the old ones go on for as long as their
   * tokens live. The very first key signs at once.
   */
  async rotate(): Promise<void> {
    const { id, publicJwk, privateJwk } = await newKey();
    await this.database.transaction(async (transaction) => {
      await transaction.query('SELECT pg_advisory_xact_lock($1)', [ROTATION_LOCK]);
      const [newest] = await transaction.query<{ signsFrom: Date }>(
        'SELECT signs_from AS "signsFrom" FROM auth.signing_keys ORDER BY signs_from DESC LIMIT 1',
      );
      // Two processes start at once, or somebody asks twice: the key that is on its way is new enough.
      const isFirstStartOfAnother = newest !== undefined && this.stored.length === 0;
      const isOnItsWay = newest !== undefined && newest.signsFrom.getTime() > Date.now();
      if (isFirstStartOfAnother || isOnItsWay) return;
      const signsFrom = new Date(Date.now() + (newest ? PUBLISH_AHEAD_MS : 0));
      await this.retire(transaction, new Date(signsFrom.getTime() + PUBLISH_AFTER_MS));
      await transaction.query(INSERT_KEY, [id, publicJwk, privateJwk, signsFrom]);
    });
    await this.reload();
  }

  private async retire(transaction: Queryable, publishedUntil: Date): Promise<void> {
    await transaction.query('DELETE FROM auth.signing_keys WHERE published_until < now()');
    await transaction.query('UPDATE auth.signing_keys SET published_until = $1 WHERE published_until IS NULL', [publishedUntil]);
  }

  private async refresh(): Promise<void> {
    if (Date.now() - this.loadedAt > RELOAD_MS) await this.reload();
  }

  private async reload(): Promise<void> {
    this.stored = await this.database.repository(SigningKeyEntity).find({ order: { signsFrom: 'ASC' } });
    this.loadedAt = Date.now();
  }
}

/** Both halves as JSON. */
async function newKey(): Promise<{ id: string; publicJwk: string; privateJwk: string }> {
  const { publicKey, privateKey } = await generateKeyPair(ACCESS_TOKEN.algorithm, { crv: 'Ed25519', extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const id = await calculateJwkThumbprint(publicJwk);
  return { id, publicJwk: JSON.stringify(publicJwk), privateJwk: JSON.stringify(await exportJWK(privateKey)) };
}
