import os from 'node:os';
import { TSC } from './build.mjs';
import { runNode, say } from './run.mjs';

const TREES = ['libs', 'services', 'bench'];

/** In an order that keeps two processors busy; the compiler comes first because others wait for nothing else. */
const CHECKS = [
  { name: 'types', script: TSC, args: ['-b', 'tsconfig.json', 'tsconfig.test.json', 'deploy/k6/tsconfig.json'] },
  {
    name: 'format',
    script: 'node_modules/prettier/bin/prettier.cjs',
    args: ['--check', '.', '--log-level=warn', '--cache', '--cache-location=.cache/prettier'],
  },
  {
    name: 'lint',
    script: 'node_modules/oxlint/bin/oxlint',
    args: ['--type-aware', '--deny-warnings', '--report-unused-disable-directives'],
  },
  {
    name: 'imports',
    script: 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
    args: ['--config', '.dependency-cruiser.mjs', ...TREES],
  },
  { name: 'unused code', script: 'node_modules/knip/bin/knip.js', args: ['--no-progress', '--no-config-hints'] },
  { name: 'injected types', script: 'scripts/injected-types.mjs', args: [] },
  { name: 'generated files', script: 'scripts/generate.mjs', args: ['--check'] },
];

/** Runs all checks, as many at a time as there are processors, and says what each found. Resolves to whether all is well. */
export async function check() {
  const waiting = [...CHECKS];
  const failed = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const started = performance.now();
      const { code, output } = await runNode(next.script, next.args);
      const time = `${((performance.now() - started) / 1000).toFixed(1)} s`;
      if (code === 0) say(`check ${next.name}: ok (${time})`);
      else {
        failed.push(next.name);
        say(`check ${next.name}: FAILED (${time})\n${output}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, os.availableParallelism()) }, worker));
  say(failed.length === 0 ? 'check: all is well' : `check: failed in ${failed.join(', ')}`);
  return failed.length === 0;
}
