import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { hash, verify, type Options } from '@node-rs/argon2';
import { WorkSlots, type ConfigOf } from '@parley/runtime';
import { authConfig } from '../auth.config.js';
import { isWerkzeugHash, verifyWerkzeugHash } from './werkzeug-hash.js';

/** Argon2id; `Algorithm` is a const enum, which exists in no module at run time. */
const ARGON2ID = 2 as Options['algorithm'] & number;

/** Hashes and checks passwords, a few at a time: each costs tens of milliseconds and megabytes. */
@Injectable()
export class PasswordHasher {
  private readonly slots: WorkSlots;
  private readonly options: Options;
  private stranger: Promise<string> | undefined;

  constructor(@Inject(authConfig.token) config: ConfigOf<typeof authConfig>) {
    this.slots = new WorkSlots(config.HASH_SLOTS, config.HASH_QUEUE);
    this.options = { algorithm: ARGON2ID, memoryCost: config.HASH_MEMORY_KIB, timeCost: config.HASH_PASSES, parallelism: 1 };
  }

  /** Throws BUSY. */
  async hash(password: string): Promise<string> {
    return this.slots.run(() => hash(canonical(password), this.options));
  }

  /** Hashes of earlier applications count as well. Without a usable hash: false, after the usual time. Throws BUSY. */
  async verify(encoded: string | undefined, password: string): Promise<boolean> {
    if (encoded !== undefined && isWerkzeugHash(encoded)) return this.slots.run(() => verifyWerkzeugHash(encoded, password));
    const stranger = await this.hashOfNobody();
    const own = encoded?.startsWith('$argon2id$') ? encoded : undefined;
    const isRight = await this.slots.run(() => verify(own ?? stranger, canonical(password)));
    return isRight && own !== undefined;
  }

  /** Whether a hash was made with less than today's cost, or by an earlier application. */
  isOutdated(encoded: string): boolean {
    const { m, t, p } = /^\$argon2id\$v=19\$m=(?<m>\d+),t=(?<t>\d+),p=(?<p>\d+)\$/.exec(encoded)?.groups ?? {};
    const { memoryCost = 0, timeCost = 0 } = this.options;
    return !(Number(m) >= memoryCost && Number(t) >= timeCost && Number(p) === 1);
  }

  /** Made before the first log-in needs it, or that one would take twice as long. */
  async onModuleInit(): Promise<void> {
    await this.hashOfNobody();
  }

  private hashOfNobody(): Promise<string> {
    this.stranger ??= hash(randomBytes(32), this.options);
    return this.stranger;
  }
}

/** The same characters give the same password on every keyboard and system (NIST SP 800-63B §5.1.1.2). */
const canonical = (password: string): string => password.normalize('NFKC');
