import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterFolder, passwordFile, SUPERUSER } from './cluster.js';
import { findPostmaster } from './postmaster.js';

/** The address of the server that another process runs on this data folder, if one does. Throws when the folder may not be read. */
export function findRunningServer(dataDir: string): string | undefined {
  const cluster = clusterFolder(dataDir);
  if (findPostmaster(cluster) === undefined) return undefined;
  const port = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[3]); // as Postgres documents it
  const password = readFileSync(passwordFile(dataDir), 'utf8').trim();
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
}
