// `npm run dlq`: records that nobody could handle; see deploy/operate/dlq.ts.

import { prepare } from './steps/prepare.mjs';
import { exitWith, runInTerminal, stoppable } from './steps/run.mjs';

async function main() {
  await stoppable(prepare);
  process.exit(await runInTerminal(['deploy/operate/dlq.ts', ...process.argv.slice(2)]));
}

main().catch(exitWith);
