import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A Lua script that runs as one step. Redis keeps it; only its hash goes over the wire. */
export class RedisScript {
  readonly #hash: string;

  constructor(private readonly lua: string) {
    this.#hash = createHash('sha1').update(lua).digest('hex');
  }

  async run(redis: Redis, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await redis.evalsha(this.#hash, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
      return redis.eval(this.lua, keys.length, ...keys, ...args);
    }
  }
}
