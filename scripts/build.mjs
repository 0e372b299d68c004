// `npm run build`: compiles every package and bundles the client.

import { build } from './steps/build.mjs';
import { exclusively } from './steps/lock.mjs';
import { prepareDependencies } from './steps/prepare.mjs';
import { exitWith, stoppable } from './steps/run.mjs';

async function main() {
  await prepareDependencies();
  await exclusively(build);
}

stoppable(main).catch(exitWith);
