import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { setTimeout as delay } from 'node:timers/promises';
import { Crowd } from './support/crowd.js';
import { startProduct, type Product } from './support/product.js';
import { Random } from './support/random.js';

const MESSAGES_PER_SECOND = 50;

describe('the product, killed while 20 people write in 5 rooms', () => {
  let product: Product;
  let crowd: Crowd;
  const random = new Random();

  beforeAll(async () => {
    product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0', PARLEY_LOG_LEVEL: 'warn' } });
    crowd = await Crowd.gather(product.url, random);
  });

  afterAll(async () => {
    await crowd?.[Symbol.asyncDispose]();
    await product?.[Symbol.asyncDispose]();
  });

  const explainFailure = () => onTestFailed(() => console.error(`CRASH_SEED=${random.seed}\n${product.logs.slice(-100).join('\n')}`));

  it('keeps every promise through three kills, whether its database dies with it or not', { timeout: 90_000 }, async () => {
    explainFailure();
    console.log(`CRASH_SEED=${random.seed}`);
    crowd.write(MESSAGES_PER_SECOND);
    for (const withDatabase of [false, true, random.next() < 0.5]) {
      await delay(random.between(3_000, 6_500)); // the moment is what is tested
      await product.kill({ withDatabase });
      await product.start();
    }
    await delay(1_000); // some of it without any trouble
    await crowd.fallSilent();
    const { counts } = await crowd.assertWhole();
    expect(counts.rejected).toBe(0);
    expect(counts.acked).toBe(counts.attempted);
    expect(counts.stored).toBe(counts.attempted);
    expect(counts.attempted).toBeGreaterThan(300);
    // The kills hit: people lost their connections three times, and some of them the answer to a send.
    expect(crowd.connects).toBeGreaterThanOrEqual(4 * crowd.clients.length);
    expect(crowd.retries).toBeGreaterThan(0);
  });

  it('ends with 0 when it is asked to, under load, and loses nothing', { timeout: 60_000 }, async () => {
    explainFailure();
    const connectsBefore = crowd.connects;
    crowd.write(MESSAGES_PER_SECOND);
    await delay(1_500);
    await product.stop();
    await product.start();
    await delay(500);
    await crowd.fallSilent();
    const { counts } = await crowd.assertWhole();
    expect(counts.stored).toBe(counts.attempted);
    expect(crowd.connects).toBeGreaterThanOrEqual(connectsBefore + crowd.clients.length);
  });
});
