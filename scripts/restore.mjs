// `npm run restore`: see services/standalone/src/backup/run-backup.ts.

import { prepare } from './steps/prepare.mjs';
import { exitWith, runInTerminal, stoppable } from './steps/run.mjs';

async function main() {
  await stoppable(prepare);
  process.exit(
    await runInTerminal(['--enable-source-maps', 'services/standalone/dist/backup/main.js', 'restore', ...process.argv.slice(2)]),
  );
}

main().catch(exitWith);
