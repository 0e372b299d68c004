import { Redis } from 'ioredis';
import { redisTrouble } from '../redis/redis-trouble.js';
import type { EngineCheck } from './engine-check.js';

const PATIENCE_MS = 2_000;

/** Redis answers to our credentials. */
export function redisCheck(url: string): EngineCheck {
  return {
    name: 'redis',
    async assertUsable() {
      const redis = new Redis(url, {
        lazyConnect: true,
        connectTimeout: PATIENCE_MS,
        commandTimeout: PATIENCE_MS,
        retryStrategy: () => null,
        maxRetriesPerRequest: 0,
        connectionName: 'parley-check',
        disableClientInfo: true,
      });
      let fault: Error | undefined;
      redis.on('error', (error: Error) => (fault = error));
      try {
        await redis.connect();
        await redis.ping();
      } catch (error) {
        throw new Error(redisTrouble(fault ?? (error as Error), url), { cause: error });
      } finally {
        redis.disconnect();
      }
    },
  };
}
