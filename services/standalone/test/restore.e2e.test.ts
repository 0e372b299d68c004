import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe } from 'vitest';
import { restoreDrill, type RestorableWorld } from './suites/restore.suite.js';
import { startProduct } from './support/product.js';

describe('backup and restore in embedded mode', () => {
  restoreDrill(async (): Promise<RestorableWorld> => {
    const product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0', PARLEY_LOG_LEVEL: 'warn' } });
    return {
      url: product.url,
      env: { PARLEY_DATA_DIR: product.dataDir },
      stop: () => product.stop(),
      start: () => product.start(),
      loseEverything: async () => {
        for (const name of await readdir(product.dataDir)) await rm(path.join(product.dataDir, name), { recursive: true, force: true });
      },
      [Symbol.asyncDispose]: () => product[Symbol.asyncDispose](),
    };
  });
});
