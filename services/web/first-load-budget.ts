import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { firstScripts } from './first-load.ts';

/** JavaScript that stands between a person and his conversations, in bytes after gzip. */
const FIRST_LOAD_MAX = 200_000;

const isCatalogue = (chunk: { moduleIds: readonly string[] }) => chunk.moduleIds.some((id) => id.startsWith('\0virtual:texts/'));

/** Fails the build when the first load has grown too large; what is loaded on demand does not count. */
export function firstLoadBudget(): Plugin {
  return {
    name: 'parley-first-load-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      let bytes = 0;
      for (const name of firstScripts(bundle)) {
        const file = bundle[name];
        if (file?.type === 'chunk') bytes += gzipSync(file.code).length;
      }
      // One of them is needed as well: the language of the reader.
      bytes += Math.max(
        ...Object.values(bundle).map((file) => (file.type === 'chunk' && isCatalogue(file) ? gzipSync(file.code).length : 0)),
      );
      const report = `first load: ${(bytes / 1000).toFixed(1)} of ${FIRST_LOAD_MAX / 1000} kB of JavaScript (gzip)`;
      if (bytes > FIRST_LOAD_MAX) this.error(`${report}. Load on demand what the first screen does not need.`);
      this.info(report);
    },
  };
}
