import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { POSTGRES_MAJOR, type PostgresBinaries } from './binaries.js';
import { DataFolderError } from './data-folder-error.js';
import type { ServerUser } from './server-user.js';

export const SUPERUSER = 'parley';
const FOLDER = 'postgres';
const UNFINISHED = 'postgres.new-';

export const clusterFolder = (dataDir: string): string => join(dataDir, FOLDER, 'cluster');
export const passwordFile = (dataDir: string): string => join(dataDir, FOLDER, 'password');

/** What a data folder holds of the database: `postgres/cluster` (the server's own files) and `postgres/password`. */
export interface Cluster {
  readonly dir: string;
  readonly password: string;
  readonly isNew: boolean;
}

/**
 * Opens the cluster of a data folder, or makes it. It is made under another name and renamed when complete, so that a
 * cluster is either whole or not there, however the process ended. The caller holds the folder's lock.
 */
export async function openCluster(
  dataDir: string,
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
  durable: boolean,
): Promise<Cluster> {
  for (const name of readdirSync(dataDir))
    if (name.startsWith(UNFINISHED)) rmSync(join(dataDir, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }); // its initdb may still be writing
  const folder = join(dataDir, FOLDER);
  const isNew = !existsSync(folder);
  if (isNew) await createCluster(dataDir, folder, binaries, user, durable);
  const cluster: Cluster = { dir: clusterFolder(dataDir), password: readFileSync(passwordFile(dataDir), 'utf8').trim(), isNew };
  const version = readFileSync(join(cluster.dir, 'PG_VERSION'), 'utf8').trim();
  if (version !== POSTGRES_MAJOR) {
    throw new DataFolderError(`the data folder ${dataDir} was written by PostgreSQL ${version}, this Parley brings ${POSTGRES_MAJOR}`);
  }
  return cluster;
}

async function createCluster(
  dataDir: string,
  folder: string,
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
  durable: boolean,
): Promise<void> {
  const unfinished = join(dataDir, `${UNFINISHED}${randomBytes(4).toString('hex')}`);
  mkdirSync(unfinished, { mode: 0o700 });
  if (user) chownSync(unfinished, user.uid, user.gid);
  writePassword(join(unfinished, 'password'), user);
  await initdb(unfinished, binaries, user, durable);
  if (durable) syncPath(unfinished);
  renameSync(unfinished, folder);
  if (durable) syncPath(dataDir);
}

function writePassword(path: string, user: ServerUser | undefined): void {
  const file = openSync(path, 'wx', 0o600);
  writeSync(file, `${randomBytes(24).toString('base64url')}\n`);
  fsyncSync(file);
  closeSync(file);
  if (user) chownSync(path, user.uid, user.gid);
}

function syncPath(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/**
 * Sort order is that of code points everywhere (`C`), while letters beyond ASCII are still letters: their case folds by
 * Postgres's own tables, and the word parser needs a character type that knows them, whose name differs by system.
 */
async function initdb(unfinished: string, binaries: PostgresBinaries, user: ServerUser | undefined, durable: boolean): Promise<void> {
  const dir = join(unfinished, 'cluster');
  for (const characterType of ['C.UTF-8', 'en_US.UTF-8', 'C']) {
    const failure = await run(
      binaries.initdb,
      [
        `--pgdata=${dir}`,
        '--encoding=UTF8',
        '--locale=C',
        `--lc-ctype=${characterType}`,
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        `--username=${SUPERUSER}`,
        `--pwfile=${join(unfinished, 'password')}`,
        '--auth=scram-sha-256',
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ],
      user,
    );
    if (failure === undefined) return;
    rmSync(dir, { recursive: true, force: true });
    if (!failure.includes('invalid locale name'))
      throw new DataFolderError(`the database in ${unfinished} could not be made: ${lastLine(failure)}`);
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/** Resolves to what the program said on failure, to undefined when it went well. */
function run(file: string, args: string[], user: ServerUser | undefined): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...user, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, LC_ALL: 'C' } });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0 ? undefined : said || `exit code ${code}`));
  });
}
