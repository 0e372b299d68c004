import { readFileSync } from 'node:fs';
import path from 'node:path';
import { minifySync, transformWithOxc, type Plugin } from 'vite';

const SOURCE = path.join(import.meta.dirname, 'src/early.ts');

/** Puts `src/early.ts` before everything else of the page: as a script that the browser waits for, in a file that it keeps. */
export function earlyScript(): Plugin {
  let reference: string | undefined;
  return {
    name: 'parley-early-script',
    async buildStart() {
      if (this.environment.mode !== 'build') return;
      const { code } = await transformWithOxc(readFileSync(SOURCE, 'utf8'), SOURCE);
      reference = this.emitFile({ type: 'asset', name: 'early.js', source: minifySync('early.js', code).code });
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const built = Object.values(bundle ?? {}).find((file) => file.type === 'asset' && file.names.includes('early.js'));
        const attrs = built && reference ? { src: `/${built.fileName}` } : { src: '/src/early.ts', type: 'module' };
        return [{ tag: 'script', attrs, injectTo: 'head' }];
      },
    },
  };
}
