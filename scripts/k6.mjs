// `npm run k6`: load tests; see deploy/k6/main.ts.

import { prepare } from './steps/prepare.mjs';
import { exitWith, runInTerminal, stoppable } from './steps/run.mjs';

async function main() {
  await stoppable(prepare);
  process.exit(await runInTerminal(['deploy/k6/main.ts', ...process.argv.slice(2)]));
}

main().catch(exitWith);
