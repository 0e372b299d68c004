// `npm run reindex`: brings the search index in line with the stored messages; see services/standalone/src/reindex.ts.

import { prepare } from './steps/prepare.mjs';
import { exitWith, runInTerminal, stoppable } from './steps/run.mjs';

async function main() {
  await stoppable(prepare);
  process.exit(await runInTerminal(['services/standalone/dist/reindex.js']));
}

main().catch(exitWith);
