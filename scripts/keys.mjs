// `npm run keys`: the keys that sign access tokens; see deploy/operate/keys.ts.

import { prepare } from './steps/prepare.mjs';
import { exitWith, runInTerminal, stoppable } from './steps/run.mjs';

async function main() {
  await stoppable(prepare);
  process.exit(await runInTerminal(['deploy/operate/keys.ts', ...process.argv.slice(2)]));
}

main().catch(exitWith);
