import { execFileSync } from 'node:child_process';
import { chmodSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DataFolderError } from './data-folder-error.js';

/** The account that the server runs as when it must not be ours. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const USER = 'postgres';
const SEARCH_BY_OTHERS = 0o001;

/** Postgres refuses to run as root; then it runs as `postgres`, which is made if it is missing. Undefined: runs as we do. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = findUser() ?? createUser();
  if (user) return user;
  throw new DataFolderError(
    `Postgres refuses to run as root, and there is no user "${USER}" nor a way to add one: start Parley as an ordinary user`,
  );
}

function findUser(): ServerUser | undefined {
  try {
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch {
    return undefined;
  }
}

const idOf = (kind: '-u' | '-g'): number =>
  Number(execFileSync('id', [kind, USER], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));

function createUser(): ServerUser | undefined {
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', USER], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return findUser();
}

/** The data folder is ours alone, so it may be opened for passing through; folders above it are not touched. */
export function letPass(folder: string): void {
  const { mode } = statSync(folder);
  if ((mode & SEARCH_BY_OTHERS) === 0) chmodSync(folder, (mode & 0o7777) | SEARCH_BY_OTHERS);
}

/** Throws `DataFolderError` naming the first folder above `path` that `user` may not pass through. */
export function assertReachable(path: string, user: ServerUser): void {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const needed = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : SEARCH_BY_OTHERS;
    if ((mode & needed) === 0) {
      throw new DataFolderError(
        `${path} cannot be reached by the user "${USER}", which the database must run as because Parley was started as root: allow passing through ${folder} (chmod o+x), or start Parley as an ordinary user`,
      );
    }
    if (folder === dirname(folder)) return;
  }
}
