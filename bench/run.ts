import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** `npm run bench -- <name> [options]`: builds the product and the baselines, then runs one benchmark. */
const BENCHMARKS = ['cross-gateway', 'durable-send', 'event-log', 'fan-out', 'idle', 'k6', 'memory', 'page', 'search', 'upload'];
const ROOT = path.resolve(import.meta.dirname, '..');
const [name, ...args] = process.argv.slice(2);

if (!name || !BENCHMARKS.includes(name)) {
  console.error(`usage: npm run bench -- <${BENCHMARKS.join(' | ')}> [options]`);
  process.exit(2);
}
const { prepare } = (await import(path.join(ROOT, 'scripts/steps/prepare.mjs'))) as { prepare: () => Promise<void> };
await prepare();
run('node_modules/typescript7/bin/tsc', '-p', 'bench/baselines/naive-nest');
run(`bench/${name}.ts`, ...args);

function run(...command: string[]): void {
  const { status } = spawnSync(process.execPath, command, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
