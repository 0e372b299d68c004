import { randomUUID } from 'node:crypto';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { RedisConnection } from '../redis/redis-connection.js';
import { Occupancy } from './occupancy.js';
import { ENTER, RENEW, WRITE } from './redis-occupancy-scripts.js';

/** Keys written in one script, which keeps Redis from everything else while it runs. */
const BATCH = 500;

export interface RedisOccupancyOptions {
  /** Begins the name of every key. */
  readonly prefix?: string;
  readonly leaseMs?: number;
}

/**
 * Places over all processes. Each writes how many it holds itself, never a difference, so that what got lost on the way is put
 * right by the next write. Its numbers count while it renews its lease, and it writes all of them again when Redis has lost them.
 */
export class RedisOccupancy extends Occupancy implements OnApplicationShutdown {
  readonly #logger = new Logger(RedisOccupancy.name);
  readonly #process = randomUUID();
  readonly #counts = new Map<string, number>();
  /** Keys of which Redis may have another number. */
  readonly #unwritten = new Set<string>();
  readonly #key: string;
  readonly #leaseMs: number;
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly redis: RedisConnection,
    { prefix = 'parley', leaseMs = 45_000 }: RedisOccupancyOptions = {},
  ) {
    super();
    this.#key = `{${prefix}:held}`;
    this.#leaseMs = leaseMs;
    this.#timer = setInterval(() => void this.#renew(), leaseMs / 3);
    this.#timer.unref();
  }

  override async enter(key: string, limit: number): Promise<boolean> {
    const count = (this.#counts.get(key) ?? 0) + 1;
    if (count > limit) return false;
    this.#counts.set(key, count); // at once, so that the next one sees it while Redis is asked
    try {
      const isTaken = await ENTER.run(this.redis.commands, [this.#key], [this.#process, this.#leaseMs, key, count, limit]);
      if (isTaken === 1) return true;
      this.leave(key);
      return false;
    } catch {
      this.#unwritten.add(key);
      return true;
    }
  }

  override leave(key: string): void {
    const count = (this.#counts.get(key) ?? 0) - 1;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
    this.#write([key]).catch(() => undefined); // the next renewal writes it
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  async #renew(): Promise<void> {
    try {
      const hadEnded = await RENEW.run(this.redis.commands, [this.#key], [this.#process, this.#leaseMs]);
      if (hadEnded === 1) for (const key of this.#counts.keys()) this.#unwritten.add(key);
      const keys = [...this.#unwritten];
      for (let from = 0; from < keys.length; from += BATCH) await this.#write(keys.slice(from, from + BATCH));
    } catch (error) {
      this.#logger.debug(`places could not be renewed: ${(error as Error).message}`);
    }
  }

  async #write(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#unwritten.delete(key);
    try {
      const numbers = keys.flatMap((key) => [key, this.#counts.get(key) ?? 0]);
      await WRITE.run(this.redis.commands, [this.#key], [this.#process, ...numbers]);
    } catch (error) {
      for (const key of keys) this.#unwritten.add(key);
      throw error;
    }
  }
}
