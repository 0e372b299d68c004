import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import { finished } from 'node:stream/promises';
import { dumpDatabase } from '@parley/db';
import { FolderObjectStore, type LogBacklog, type LogPositions } from '@parley/platform';
import { SERVICE_SCHEMAS } from '../schemas.js';
import { copyFiles } from './copy-files.js';
import type { Installation } from './installation.js';
import { BACKLOG_FILE, DATABASE_FOLDER, MANIFEST_FILE, MEDIA_FOLDER, manifestOf, type Manifest } from './manifest.js';

/**
 * Makes a backup of a running installation in a new folder of `into`, whole or not at all. Answers it and what it has.
 *
 * The order is what makes it whole: first how far consumers have come, then the databases as they are at one moment, then the log from
 * there on, and the files, whose rows are older than their bytes, last.
 */
export async function takeBackup(
  installation: Installation,
  into: string,
  { withFiles }: { withFiles: boolean },
): Promise<{ folder: string; manifest: Manifest }> {
  const takenAt = new Date().toISOString();
  const name = `parley-${takenAt.replace(/[-:]|\.\d+/g, '')}`;
  const unfinished = join(into, `.${name}.unfinished`);
  await mkdir(into, { recursive: true });
  await mkdir(unfinished, { mode: 0o700 }); // signing keys, password hashes and everything that anybody wrote
  try {
    await using backlog = await installation.openBacklog();
    const handled = await backlog.handled();
    let ends: LogPositions = new Map();
    const database = await dumpDatabase({
      url: installation.databaseUrl,
      schemas: SERVICE_SCHEMAS.map(({ schema }) => schema),
      folder: join(unfinished, DATABASE_FOLDER),
      onSnapshot: async () => void (ends = await backlog.ends()),
    });
    const records = await writeBacklog(backlog, handled, ends, join(unfinished, BACKLOG_FILE));
    const files = withFiles
      ? await copyFiles(await installation.openFiles(), await FolderObjectStore.open(join(unfinished, MEDIA_FOLDER)))
      : null;
    const manifest = manifestOf({ takenAt, database, backlog: records, files });
    await writeFile(join(unfinished, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    const folder = join(into, name);
    await rename(unfinished, folder);
    return { folder, manifest };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/** One line of JSON per record: topic, type, payload. */
async function writeBacklog(backlog: LogBacklog, from: LogPositions, to: LogPositions, file: string): Promise<number> {
  const lines = createGzip();
  const written = finished(lines.pipe(createWriteStream(file, { mode: 0o600 })));
  let count = 0;
  await backlog.read(from, to, async ({ topic, type, payload }) => {
    count += 1;
    if (!lines.write(`${JSON.stringify({ topic, type, payload })}\n`)) await once(lines, 'drain');
  });
  lines.end();
  await written;
  return count;
}
