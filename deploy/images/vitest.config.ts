import { defineConfig } from 'vitest/config';

const conditions = ['parley-source', 'module', 'node', 'development|production'];

/** `npm run test:images`: apart from `npm test`, because it needs Docker and takes minutes. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: { include: ['deploy/images/*.docker.test.ts'], setupFiles: ['reflect-metadata'], bail: 1, disableConsoleIntercept: true },
});
