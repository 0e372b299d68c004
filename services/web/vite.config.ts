import react from '@vitejs/plugin-react';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import { earlyScript } from './early-script.ts';
import { emojiData } from './emoji-data.ts';
import { firstLoadBudget } from './first-load-budget.ts';
import { serviceWorker } from './service-worker-build.ts';
import { textCatalogues } from './text-catalogues.ts';
import { withoutJsonSchema } from './without-json-schema.ts';

const API = process.env['PARLEY_DEV_SERVER'] ?? 'http://localhost:8080';
/**
 * What the first screen needs of them. They change less often than the client: browsers keep them over many releases.
 * What tells zod not to compile stands in the same file as zod: whatever else is split off, no schema is made before it.
 */
const FIRST_LIBRARIES =
  /node_modules\/(?:@tanstack|idb|react|react-dom|scheduler|uuid|zod|(?:socket|engine)\.io-[a-z]+|@socket\.io)\/|\/zod-without-eval\.ts$/;
const COMPRESSIBLE = /\.(?:css|html|js|svg|webmanifest)$/;

/** Leaves `x.js.br` and `x.js.gz` beside `x.js`: compressed once, as well as it goes, instead of at every request. */
function compressFiles(): Plugin {
  return {
    name: 'parley-compress',
    apply: 'build',
    writeBundle({ dir }) {
      if (dir === undefined) return;
      for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !COMPRESSIBLE.test(entry.name)) continue;
        const file = path.join(entry.parentPath, entry.name);
        const content = readFileSync(file);
        const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
        if (brotli.length >= content.length) continue;
        writeFileSync(`${file}.br`, brotli);
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}

export default defineConfig(({ mode }) => ({
  plugins: [
    react(),
    earlyScript(),
    emojiData(),
    textCatalogues(),
    withoutJsonSchema(),
    serviceWorker(),
    compressFiles(),
    firstLoadBudget(),
  ],
  // The contracts come from their source, so that the client is built without building anything else first.
  resolve: { conditions: ['parley-source', 'module', 'browser', mode === 'development' ? 'development' : 'production'] },
  build: {
    outDir: 'dist/client',
    emptyOutDir: true,
    target: 'baseline-widely-available',
    sourcemap: true,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'libraries', test: FIRST_LIBRARIES }] } } },
  },
  server: {
    port: 5173,
    proxy: { '/api': API, '/.well-known': API, '/socket.io': { target: API, ws: true } },
  },
}));
