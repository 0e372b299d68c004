// `npm run backup` and `npm run restore`; in a container: `services/standalone/dist/backup/main.js backup FOLDER`.

import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { runBackup } from './run-backup.js';

const [, , command, ...args] = process.argv;
Logger.overrideLogger(['warn', 'error', 'fatal']);
try {
  if (command !== 'backup' && command !== 'restore') throw new Error('the first argument is backup or restore');
  await runBackup({
    command,
    args,
    env: process.env,
    cwd: process.env['INIT_CWD'] ?? process.cwd(), // npm starts us in the root of the repository
    print: (line) => process.stdout.write(`${line}\n`),
  });
} catch (error) {
  const isForOperator = error instanceof Error && ('isForOperator' in error || error.name === 'SchemaError');
  process.stderr.write(`${command}: ${isForOperator ? error.message : String((error as Error).stack ?? error)}\n`);
  process.exitCode = 1;
}
