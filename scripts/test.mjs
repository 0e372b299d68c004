// `npm test`: everything that can be proved on this machine. Arguments go to vitest (`npm test -- libs/db --project int`)
// and leave out the checks, which look at the whole tree: `npm run check` has them.

import { check } from './steps/check.mjs';
import { prepare } from './steps/prepare.mjs';
import { exitWith, runInTerminal, say, stoppable } from './steps/run.mjs';

const args = process.argv.slice(2);
const reporters = process.env.CI ? ['--reporter=default', '--reporter=./scripts/closing-line.mjs'] : [];

async function main() {
  const isWell = await stoppable(async () => {
    await prepare();
    return args.length > 0 || (await check());
  });
  say('running the tests: unit, integration with Postgres, end to end …');
  const code = await runInTerminal(['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args]);
  if (!isWell) say('the tests are over; the checks before them failed, see above');
  process.exit(isWell ? code : code || 1);
}

main().catch(exitWith);
