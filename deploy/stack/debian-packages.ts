import { execFile } from 'node:child_process';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Unpacks Debian packages into a folder, without root and without installing anything. Rejects where there is no apt, where its
 * lists are missing, or where a package is not to be had.
 */
export async function unpackDebianPackages(packages: readonly string[], target: string): Promise<void> {
  const downloads = join(target, 'deb');
  await mkdir(downloads, { recursive: true });
  await run('apt-get', ['download', '-qq', ...packages], { cwd: downloads, timeout: 60_000 });
  for (const file of await readdir(downloads)) await run('dpkg', ['-x', join(downloads, file), target]);
  await rm(downloads, { recursive: true });
}

/** `LD_LIBRARY_PATH` for programs that were unpacked there. */
export async function libraryPathOf(target: string): Promise<string> {
  const base = join(target, 'usr/lib');
  const folders = (await readdir(base)).filter((name) => name.endsWith('-linux-gnu'));
  return folders.map((name) => join(base, name)).join(':');
}
