// `npm run mint -- --people N`: makes people, rooms and tokens for load tests; see docs/load-testing.md.

import path from 'node:path';
import { prepare } from './steps/prepare.mjs';
import { exitWith, root, runInTerminal, stoppable } from './steps/run.mjs';

async function main() {
  await stoppable(prepare);
  const program = path.join(root, 'services/standalone/dist/mint/main.js');
  process.exit(await runInTerminal(['--enable-source-maps', program, ...process.argv.slice(2)]));
}

main().catch(exitWith);
