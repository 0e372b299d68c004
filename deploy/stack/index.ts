// `npm run stack`: real Kafka, Redis, Postgres and S3 on this machine, until Ctrl-C. Addresses that are given in the environment are used
// as they are; the others come from Docker where it runs (PARLEY_STACK_DOCKER=never says no), else from programs, which are obtained.

import { join } from 'node:path';
import { Docker } from './docker.ts';
import { startStack } from './stack.ts';

const root = join(import.meta.dirname, '../..');
const say = (line: string) => console.log(`stack: ${line}`);

const docker = new Docker(say);
const stops = [() => docker.close()];
const stopping = new AbortController();
async function leave(code: number): Promise<void> {
  if (stopping.signal.aborted) return;
  stopping.abort();
  for (const stop of stops) await stop();
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void leave(0));

const stack = await startStack({ dir: join(root, '.cache/stack-data'), cacheDir: join(root, '.cache/stack'), log: say, docker });
stops.push(() => stack.stop());

if (!stopping.signal.aborted) for (const reason of stack.missing) say(`MISSING: ${reason}`);
if (stack.missing.length > 0) {
  await leave(1);
} else {
  for (const name of Object.keys(stack.env).sort()) console.log(`export ${name}='${stack.env[name]}'`);
  say('all is running; Ctrl-C stops it');
  setInterval(() => undefined, 2 ** 30); // components whose addresses were given keep no process alive
}
