import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataFolderError, dataFolderError } from './data-folder-error.js';

const SQLITE_BUSY = 5;

/**
 * Keeps a second Parley out of a data folder. The lock is the operating system's own (SQLite takes it on an empty
 * file), so it ends with its process however that dies, and a pid that was given away again cannot confuse it.
 */
export class FolderLock implements Disposable {
  readonly #holder: DatabaseSync;
  readonly #pidFile: string;

  /** Throws `DataFolderError` when another process, or another part of this one, has the folder. */
  constructor(folder: string) {
    this.#pidFile = join(folder, 'parley.pid');
    let holder: DatabaseSync | undefined;
    try {
      holder = new DatabaseSync(join(folder, 'parley.lock'), { timeout: 0 });
      holder.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      this.#holder = holder;
    } catch (error) {
      holder?.close();
      if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw dataFolderError(folder, 'cannot be locked', error);
      throw new DataFolderError(
        `the data folder ${folder} is in use by another Parley${this.#describeOwner()}: stop that one, or set PARLEY_DATA_DIR to another folder`,
        { cause: error },
      );
    }
    writeFileSync(this.#pidFile, `${process.pid}\n`);
  }

  release(): void {
    if (!this.#holder.isOpen) return;
    rmSync(this.#pidFile, { force: true });
    this.#holder.close();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /** For people only; the lock itself does not depend on it. */
  #describeOwner(): string {
    try {
      return ` (process ${readFileSync(this.#pidFile, 'utf8').trim()})`;
    } catch {
      return '';
    }
  }
}
