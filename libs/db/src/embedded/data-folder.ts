import { accessSync, constants, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { dataFolderError } from './data-folder-error.js';
import { assertReachable, letPass, type ServerUser } from './server-user.js';

/** Makes the folder if it is missing and returns its real path. Throws `DataFolderError` if we, or the server's user, cannot work in it. */
export function openDataFolder(folder: string, user: ServerUser | undefined): string {
  const wanted = resolve(folder);
  try {
    makeFolders(wanted, user ? 0o711 : 0o700);
    accessSync(wanted, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw dataFolderError(wanted, 'cannot be used', error);
  }
  const dataDir = realpathSync(wanted);
  if (user) {
    letPass(dataDir);
    assertReachable(dataDir, user);
  }
  return dataDir;
}

/** Not with `recursive`: where nothing can be made at all (under /proc) Node tries for ever. */
function makeFolders(folder: string, mode: number): void {
  if (!existsSync(folder)) {
    makeFolders(dirname(folder), mode);
    try {
      mkdirSync(folder, { mode });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another start was faster
    }
  }
  if (!statSync(folder).isDirectory()) throw Object.assign(new Error(`${folder} is a file`), { code: 'ENOTDIR' });
}
