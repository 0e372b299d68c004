import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { whileNobodyWorks } from '@parley/db';
import { moveMessageEpoch } from '@parley/messages';
import { moveRoomEpoch } from '@parley/rooms';
import { BackupError } from './backup-error.js';
import { openInstallation } from './installation.js';
import type { Manifest } from './manifest.js';
import { restoreBackup } from './restore-backup.js';
import { takeBackup } from './take-backup.js';

const BACKUP_USAGE = `npm run backup -- FOLDER [--without-files]

Makes a backup in a new folder of FOLDER, while Parley runs or not: the databases as of one moment, what was accepted and not stored yet, and
the uploaded files, unless the object store has a backup of its own. It holds signing keys and everything that anybody wrote: protect it.
`;
const RESTORE_USAGE = `npm run restore -- BACKUP [--replace]
npm run restore -- --epoch-only

Brings a backup back into an empty installation, or with --replace in place of what is there. No service may run meanwhile. Afterwards every
client loads its rooms anew. --epoch-only does only this, after databases were restored by other means.
`;

export interface BackupRun {
  readonly command: 'backup' | 'restore';
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Where relative paths begin. */
  readonly cwd: string;
  readonly print: (line: string) => void;
}

/** The commands `npm run backup` and `npm run restore`. Throws what an operator has to put right, with a message that says all. */
export async function runBackup({ command, args, env, cwd, print }: BackupRun): Promise<void> {
  const { values, folder } = parse(command, args);
  if (values.help) return print(command === 'backup' ? BACKUP_USAGE : RESTORE_USAGE);
  const began = performance.now();
  const seconds = () => ((performance.now() - began) / 1_000).toFixed(1);
  await using stack = new AsyncDisposableStack();
  const withFiles = !(values['without-files'] || values['epoch-only']);
  const installation = await openInstallation(env, { mayRun: command === 'backup', withFiles }, stack);
  if (command === 'backup') {
    const backup = await takeBackup(installation, resolve(cwd, folder!), { withFiles });
    print(`backup: ${describe(backup.manifest)} in ${seconds()} s`);
    print(`backup: ${backup.folder}`);
  } else if (folder === undefined) {
    const epoch = await whileNobodyWorks(installation.databaseUrl, async (transaction) => {
      const moved = await moveMessageEpoch(transaction);
      await moveRoomEpoch(transaction, moved);
      return moved;
    });
    print(`restore: the epoch is ${epoch} now; clients will load their rooms anew`);
  } else {
    const { manifest, epoch, unreadable } = await restoreBackup(installation, resolve(cwd, folder), { isReplacing: values.replace });
    if (unreadable > 0) print(`restore: ${unreadable} records of the log that nobody could have read were left out`);
    print(`restore: ${describe(manifest)} of ${manifest.takenAt} in ${seconds()} s`);
    print(`restore: the epoch is ${epoch} now; clients will load their rooms anew`);
  }
}

function parse(command: BackupRun['command'], args: readonly string[]) {
  const usage = command === 'backup' ? BACKUP_USAGE : RESTORE_USAGE;
  const flag = { type: 'boolean', default: false } as const;
  let parsed;
  try {
    const options = { help: flag, 'without-files': flag, replace: flag, 'epoch-only': flag };
    parsed = parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new BackupError(`${(error as Error).message}\n\n${usage}`);
  }
  const { values, positionals } = parsed;
  const isWrong = command === 'backup' ? values.replace || values['epoch-only'] : values['without-files'];
  const expected = values['epoch-only'] ? 0 : 1;
  if (!values.help && (isWrong || positionals.length !== expected)) throw new BackupError(`this is not how it is used:\n\n${usage}`);
  return { values, folder: positionals[0] };
}

function describe({ database, backlog, files }: Manifest): string {
  const rows = database.tables.reduce((sum, table) => sum + table.rows, 0);
  const size = files && `${files.count} files (${(files.bytes / 1024 / 1024).toFixed(1)} MiB)`;
  return `${database.tables.length} tables with ${rows} rows, ${backlog} records of the log, ${size ?? 'no files'}`;
}
