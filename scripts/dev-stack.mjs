// `npm run dev:stack`: every service in processes of its own on real engines, without Docker; see deploy/stack/dev.ts.

import { prepare } from './steps/prepare.mjs';
import { exitWith, stoppable } from './steps/run.mjs';

async function main() {
  await stoppable(prepare);
  await import('../deploy/stack/dev.ts');
}

main().catch(exitWith);
