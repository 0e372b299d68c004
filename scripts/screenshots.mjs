// `npm run screenshots`: the pictures in docs/screenshots, taken from the product with a small community in it.

import { prepare } from './steps/prepare.mjs';
import { exitWith, runInTerminal, stoppable } from './steps/run.mjs';

async function main() {
  await stoppable(prepare);
  process.exit(await runInTerminal(['services/standalone/test/screenshots/main.ts', ...process.argv.slice(2)]));
}

main().catch(exitWith);
