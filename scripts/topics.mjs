// `npm run topics`: makes and checks what Kafka needs; see deploy/kafka/topics.ts.

import { prepare } from './steps/prepare.mjs';
import { exitWith, stoppable } from './steps/run.mjs';

async function main() {
  await stoppable(prepare);
  await import('../deploy/kafka/topics.ts');
}

main().catch(exitWith);
