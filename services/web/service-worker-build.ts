import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Plugin, type Rolldown } from 'vite';
import { firstScripts } from './first-load.ts';

const SOURCE = path.join(import.meta.dirname, 'worker/service-worker.ts');

/** Builds the service worker beside the client: one file, whose name never changes, that knows what the first screen is made of. */
export function serviceWorker(): Plugin {
  return {
    name: 'parley-service-worker',
    apply: 'build',
    writeBundle: {
      // Before the files are compressed.
      order: 'pre',
      sequential: true,
      async handler({ dir }, bundle) {
        if (dir === undefined) return;
        const scripts = [...firstScripts(bundle), ...textsIn(bundle)];
        const styles = Object.keys(bundle).filter((name) => name.endsWith('.css'));
        const files = [...scripts, ...styles].map((name) => `/${name}`).sort();
        const page = readFileSync(path.join(dir, 'index.html'));
        const version = createHash('sha256').update(page).update(files.join()).digest('hex').slice(0, 16);
        await build({
          configFile: false,
          logLevel: 'warn',
          publicDir: false,
          define: { FIRST_FILES: JSON.stringify(files), VERSION: JSON.stringify(version) },
          build: {
            outDir: dir,
            emptyOutDir: false,
            target: 'baseline-widely-available',
            rolldownOptions: { input: SOURCE, output: { format: 'iife', entryFileNames: 'service-worker.js' } },
          },
        });
      },
    },
  };
}

/** Every language: which of them is wanted is known only when the page runs. */
const textsIn = (bundle: Rolldown.OutputBundle): string[] =>
  Object.values(bundle).flatMap((file) =>
    file.type === 'chunk' && file.facadeModuleId?.includes('virtual:texts/') ? [file.fileName] : [],
  );
