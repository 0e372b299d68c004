import { access, mkdtemp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackDebianPackages } from '../stack/debian-packages.ts';

const CACHE = join(import.meta.dirname, '../../.cache/tools');

/** Path of Prometheus's promtool, out of Debian's package, kept for later. Rejects where it is not to be had. */
export async function findPromtool(): Promise<string> {
  const promtool = join(CACHE, 'promtool');
  if (await isThere(promtool)) return promtool;
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'unpacking-'));
  try {
    await unpackDebianPackages(['prometheus'], folder);
    await rename(join(folder, 'usr/bin/promtool'), promtool);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return promtool;
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
