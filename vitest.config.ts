import { defineConfig } from 'vitest/config';
import { TEST_STACKS } from './deploy/stack/test-setup.ts';
import { LongestFirst } from './scripts/longest-first.ts';
import { textCatalogues } from './services/web/text-catalogues.ts';

/** Holds everything that servers say against the documents in docs/api. */
const contractWatch = 'libs/testing/src/contract/setup.ts';

/** Tests run from source: no build comes first. */
const conditions = ['parley-source', 'module', 'node', 'development|production'];

export default defineConfig({
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    setupFiles: ['reflect-metadata'],
    sequence: { sequencer: LongestFirst },
    // One project after the other, and few files at once: two processors are soon busy.
    projects: [
      {
        extends: true,
        plugins: [textCatalogues()],
        test: {
          name: 'unit',
          include: [
            '{libs,services}/*/{src,server,generate}/**/*.test.{ts,tsx}',
            'services/web/test/*.test.ts',
            'scripts/**/*.test.ts',
            'deploy/{compose,images,k6,k8s,observability,stack}/!(*.stack|*.cluster|*.docker).test.ts',
          ],
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'int',
          setupFiles: [contractWatch],
          include: ['{libs,services}/*/test/**/*.int.test.ts'],
          sequence: { groupOrder: 2 },
          globalSetup: ['libs/db/test/global-setup.ts'],
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'stack',
          setupFiles: [contractWatch],
          // Each is a whole product with the names of all topics for itself: every worker has engines of its own.
          include: ['services/*/test/**/*.stack.test.ts', 'deploy/stack/*.stack.test.ts'],
          sequence: { groupOrder: 4 },
          globalSetup: ['deploy/stack/test-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: TEST_STACKS,
        },
      },
      {
        // Parts of the product on real engines, with names of their own.
        extends: true,
        test: {
          name: 'engines',
          include: ['libs/*/test/**/*.stack.test.ts', 'deploy/operate/*.stack.test.ts'],
          sequence: { groupOrder: 5 },
          globalSetup: ['deploy/stack/test-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 3,
        },
      },
      {
        // Each on engines of its own, and most of the time waiting for one that is away.
        extends: true,
        test: {
          name: 'faults',
          setupFiles: [contractWatch],
          include: ['services/standalone/test/faults/*.test.ts'],
          sequence: { groupOrder: 5 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 3,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          setupFiles: [contractWatch],
          include: ['services/standalone/test/**/*.e2e.test.ts'],
          sequence: { groupOrder: 3 },
          testTimeout: 60_000,
          hookTimeout: 90_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
