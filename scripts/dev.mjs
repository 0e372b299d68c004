// `npm run dev`: the product from source, without Docker. Every change is compiled and checked; the server restarts once
// after each compilation without errors, and the client is bundled anew (reload the page). Ctrl-C stops all of it.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { TSC, VITE, WEB } from './steps/build.mjs';
import { prepare, prepareDependencies } from './steps/prepare.mjs';
import { exitWith, root, say, StepFailure, stoppable } from './steps/run.mjs';

const children = new Set();
let server;
let isStopping = false;

function start(args, stdio = 'inherit') {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', stdio, 'inherit'] });
  children.add(child);
  child.ended = new Promise((resolve) => child.once('exit', resolve)).then(() => children.delete(child));
  return child;
}

/** One restart at a time; a change during it leads to one more. */
let restarting = Promise.resolve();
let isRestartWanted = false;
function restart() {
  if (isRestartWanted) return;
  isRestartWanted = true;
  restarting = restarting.then(async () => {
    isRestartWanted = false;
    server?.kill('SIGTERM');
    await server?.ended;
    if (!isStopping) server = start(['--enable-source-maps', 'services/standalone/dist/main.js']);
  });
}

async function stop() {
  if (isStopping) return;
  isStopping = true;
  for (const child of children) child.kill('SIGTERM');
  await Promise.all([...children].map((child) => child.ended));
  process.exit(0);
}

async function main() {
  await stoppable(prepareDependencies);
  await stoppable(prepare).catch((error) => {
    // A fault in the sources is no reason to end: the compiler below names it, and the server starts once it is mended.
    if (!(error instanceof StepFailure)) throw error;
    say(`${error.message}; waiting for a change …`);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop());
  const bundler = start([VITE, 'build', WEB, '--watch', '--logLevel', 'warn']);
  const compiler = start([TSC, '-b', '-w', '--preserveWatchOutput'], 'pipe');
  for (const [name, child] of Object.entries({ compiler, bundler })) {
    void child.ended.then(() => isStopping || say(`the ${name} ended; stop and start again`));
  }
  for await (const line of createInterface({ input: compiler.stdout })) {
    if (/Found 0 errors/.test(line)) restart();
    else if (line.trim() && !/Starting compilation|File change detected/.test(line)) console.log(line);
  }
}

main().catch(exitWith);
