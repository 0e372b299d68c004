import { startProduct } from '../../../services/standalone/test/support/product.ts';
import { countStored, makePairs } from '../chat-pairs.ts';
import { nodeAndPostgres } from '../cpu.ts';
import type { Target, TargetKind } from '../target.ts';

/** The product as `npm start` runs it, with its defaults except the rate limits. */
export const parley: TargetKind = {
  name: 'parley',
  description: 'the whole product in embedded mode: accounts, membership, dense order, each message once, ack when durable',
  async start(): Promise<Target> {
    const product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0', PARLEY_LOG_LEVEL: 'warn', NODE_ENV: 'production' } });
    const urls = { auth: product.url, rooms: product.url, messages: product.url };
    return {
      socketUrls: [product.url],
      cpu: () => nodeAndPostgres(product.pid),
      pairs: (count) => makePairs(urls, count),
      countStored: (pairs) => countStored(urls, pairs),
      [Symbol.asyncDispose]: async () => {
        await product.stop();
        await product[Symbol.asyncDispose]();
      },
    };
  },
};
