import 'reflect-metadata';
import { runImport } from './run-import.js';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => stopping.abort(new Error('stopped; run it again to go on')));

try {
  await runImport({
    args: process.argv.slice(2),
    env: process.env,
    cwd: process.env['INIT_CWD'] ?? process.cwd(), // npm starts us in the root of the repository
    print: (line) => process.stdout.write(`${line}\n`),
    signal: stopping.signal,
  });
} catch (error) {
  const isForOperator = error instanceof Error && (stopping.signal.aborted || ('isForOperator' in error && error.isForOperator === true));
  process.stderr.write(`import: ${isForOperator ? error.message : String((error as Error).stack ?? error)}\n`);
  process.exitCode = 1;
}
