// `npm run pin`: images with their digests; see deploy/images/pin.ts.

import { exitWith, runInTerminal } from './steps/run.mjs';

async function main() {
  process.exit(await runInTerminal(['deploy/images/pin.ts', ...process.argv.slice(2)]));
}

main().catch(exitWith);
