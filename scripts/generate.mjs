// `npm run generate`: writes what is derived from the contracts. With `--check` it writes nothing and fails if anything
// that is committed is not what the contracts say.

import { TSC } from './steps/build.mjs';
import { prepareDependencies } from './steps/prepare.mjs';
import { exitWith, mustRunNode, runInTerminal } from './steps/run.mjs';

const PROJECT = 'libs/contracts/tsconfig.generate.json';

async function main() {
  await prepareDependencies();
  await mustRunNode(TSC, ['-b', PROJECT]);
  process.exit(await runInTerminal(['libs/contracts/dist/generate/main.js', ...process.argv.slice(2)]));
}

main().catch(exitWith);
