// `npm run migrate`: brings the database up to date for services that run apart; see services/standalone/src/migrate.ts.

import { prepare } from './steps/prepare.mjs';
import { exitWith, runInTerminal, stoppable } from './steps/run.mjs';

async function main() {
  await stoppable(prepare);
  process.exit(await runInTerminal(['services/standalone/dist/migrate.js']));
}

main().catch(exitWith);
