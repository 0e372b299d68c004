import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { Crowd } from './support/crowd.js';
import { startProduct, type Product } from './support/product.js';
import { Random } from './support/random.js';

/** Every place on the way of a message where a crash could lose, double or reorder it. */
const POINTS = ['after-append-before-ack', 'in-transaction', 'after-commit-before-fanout', 'after-fanout-before-offset'];

describe('the product, dying at', () => {
  let product: Product;
  let crowd: Crowd;
  const random = new Random();

  beforeAll(async () => {
    product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0', PARLEY_LOG_LEVEL: 'warn' } });
    crowd = await Crowd.gather(product.url, random, { people: 8, rooms: 3 });
  });

  afterAll(async () => {
    await crowd?.[Symbol.asyncDispose]();
    await product?.[Symbol.asyncDispose]();
  });

  it.each(POINTS)('%s, keeps every promise', { timeout: 60_000 }, async (point) => {
    const passage = random.between(2, 25);
    onTestFailed(() => console.error(`CRASH_SEED=${random.seed} ${point}:${passage}\n${product.logs.slice(-100).join('\n')}`));
    await product.kill({ withDatabase: random.next() < 0.5 });
    await product.start(`${point}:${passage}`);
    const attemptedBefore = crowd.recorder.attempts.length;
    crowd.write(50);
    // Nobody kills it here: it must get there and end itself.
    expect(await product.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(crowd.recorder.attempts.length).toBeGreaterThan(attemptedBefore);
    await product.start();
    await crowd.fallSilent();
    const { counts } = await crowd.assertWhole();
    expect(counts.stored).toBe(counts.attempted);
  });
});
