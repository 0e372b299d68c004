// `npm run generate`: writes what is derived from the contracts, and the page of all variables. With `--check` it writes nothing and fails
// if anything that is committed is not what the sources say.

import { TSC } from './steps/build.mjs';
import { prepareDependencies } from './steps/prepare.mjs';
import { exitWith, mustRunNode, runInTerminal } from './steps/run.mjs';

const PROJECT = 'libs/contracts/tsconfig.generate.json';

async function main() {
  await prepareDependencies();
  await mustRunNode(TSC, ['-b', PROJECT]);
  const args = process.argv.slice(2);
  const contracts = await runInTerminal(['libs/contracts/dist/generate/main.js', ...args]);
  await mustRunNode(TSC, ['-b']); // the schemas of variables lie in all packages
  process.exit(contracts || (await runInTerminal(['deploy/operate/configuration.ts', ...args])));
}

main().catch(exitWith);
