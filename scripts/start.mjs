// `npm start`: the whole product in one process. Installs and builds what is missing, then becomes the server.

import path from 'node:path';
import { prepare } from './steps/prepare.mjs';
import { exitWith, root, runInTerminal, say, stoppable } from './steps/run.mjs';

const server = ['--enable-source-maps', path.join(root, 'services/standalone/dist/main.js'), ...process.argv.slice(2)];

async function start() {
  await stoppable(prepare);
  say('starting …');
  // Where the system can replace a process by another there is one process fewer, and no signal to pass on.
  if (process.platform !== 'win32') process.execve?.(process.execPath, [process.execPath, ...server], process.env);
  process.exit(await runInTerminal(server));
}

start().catch(exitWith);
