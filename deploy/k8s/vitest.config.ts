import { defineConfig } from 'vitest/config';

/** `npm run test:cluster`: apart from the other tests, because its programs take some ten minutes to build once. */
export default defineConfig({
  test: {
    name: 'cluster',
    root: import.meta.dirname,
    include: ['*.cluster.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 60 * 60_000, // the build of the programs
    fileParallelism: false,
    reporters: ['verbose'], // each as it ends
  },
});
