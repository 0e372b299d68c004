// The first step of docker-compose.yml: makes the secrets of an installation, each once. What is there stays as it is, so this may run
// at every start; deleting the volumes makes new ones, which an existing database would not know.

import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const [, , root = '/secrets'] = process.argv;

/** Whole or absent, and never over one that is there. Those who need it run as other users, so all who have the volume may read. */
async function once(file: string, content: () => string): Promise<string> {
  const path = join(root, file);
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, content(), { mode: 0o444 });
  await link(unfinished, path).then(
    () => console.log(`secrets: made ${file}`),
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  await rm(unfinished);
  return readFile(path, 'utf8');
}

const secret = () => randomBytes(24).toString('hex');

await once('services/service-credential', secret);
const password = await once('database/password', secret);
await once('database/url', () => `postgres://parley:${password}@postgres:5432/parley`);
const key = await once('store/access-key', () => `parley-${randomBytes(4).toString('hex')}`);
const storeSecret = await once('store/secret-key', secret);
await once('store/minio.env', () => `MINIO_ROOT_USER=${key}\nMINIO_ROOT_PASSWORD=${storeSecret}\n`);
console.log('secrets: all are there');
