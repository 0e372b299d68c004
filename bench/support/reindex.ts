import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const SCRIPT = path.resolve(import.meta.dirname, '../../services/standalone/dist/reindex.js');

/** Runs what `npm run reindex` runs; answers the seconds that it took. */
export async function reindex(dataDir: string): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [SCRIPT], {
    env: { ...process.env, PARLEY_DATA_DIR: dataDir },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`reindex ended with ${code}`);
  return (performance.now() - started) / 1_000;
}
