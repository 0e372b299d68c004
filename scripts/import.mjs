// `npm run import -- --from FILE`: takes an earlier application's SQLite database over; see docs/coming-from-flask.md.

import path from 'node:path';
import { prepare } from './steps/prepare.mjs';
import { exitWith, root, runInTerminal, stoppable } from './steps/run.mjs';

async function main() {
  await stoppable(prepare);
  const program = path.join(root, 'services/standalone/dist/import/main.js');
  process.exit(await runInTerminal(['--enable-source-maps', '--disable-warning=ExperimentalWarning', program, ...process.argv.slice(2)]));
}

main().catch(exitWith);
