// `npm run check`: everything that is decided without running the product. All faults are reported, not only the first.

import { prepareDependencies } from './steps/prepare.mjs';
import { check } from './steps/check.mjs';
import { exitWith, stoppable } from './steps/run.mjs';

async function main() {
  await prepareDependencies();
  process.exitCode = (await check()) ? 0 : 1;
}

stoppable(main).catch(exitWith);
