// `npm run stack`: what the distributed mode needs, real and on this machine; see deploy/stack.

import { prepare } from './steps/prepare.mjs';
import { exitWith, stoppable } from './steps/run.mjs';

async function main() {
  await stoppable(prepare);
  await import('../deploy/stack/index.ts');
}

main().catch(exitWith);
