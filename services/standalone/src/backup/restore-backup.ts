import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { LOG_EVENTS, type EventDefinition } from '@parley/contracts';
import { loadDatabase, migrate } from '@parley/db';
import { moveMessageEpoch } from '@parley/messages';
import { FolderObjectStore, type EventLog } from '@parley/platform';
import { moveRoomEpoch } from '@parley/rooms';
import { BackupError } from './backup-error.js';
import { copyFiles } from './copy-files.js';
import { schemasOf, type Installation } from './installation.js';
import { BACKLOG_FILE, DATABASE_FOLDER, MEDIA_FOLDER, readManifest, type Manifest } from './manifest.js';

const BATCH = 500;

export interface Restored {
  readonly manifest: Manifest;
  readonly epoch: number;
  /** Lines of the backlog that no consumer could have read. */
  readonly unreadable: number;
}

/**
 * Brings a backup back into an installation on which no service runs: files, then databases with another epoch, then the log's
 * backlog. Whatever fails, the command can be repeated. Throws what an operator has to put right.
 */
export async function restoreBackup(
  installation: Installation,
  folder: string,
  { isReplacing }: { isReplacing: boolean },
): Promise<Restored> {
  const manifest = await readManifest(folder);
  if (manifest.files !== null) {
    const { count } = await copyFiles(FolderObjectStore.reading(join(folder, MEDIA_FOLDER)), await installation.openFiles());
    if (count < manifest.files.count) throw new BackupError(`the backup is damaged: it has ${count} of ${manifest.files.count} files`);
  }
  let epoch = 0;
  await loadDatabase({
    url: installation.databaseUrl,
    schemas: schemasOf(installation),
    folder: join(folder, DATABASE_FOLDER),
    dump: manifest.database,
    isReplacing,
    afterRows: async (transaction) => {
      epoch = await moveMessageEpoch(transaction);
      await moveRoomEpoch(transaction, epoch);
    },
  });
  await migrate(installation.databaseUrl, schemasOf(installation));
  const log = await installation.openLog();
  try {
    return { manifest, epoch, unreadable: await appendBacklog(log, join(folder, BACKLOG_FILE), epoch) };
  } finally {
    await log.close();
  }
}

/** In the order of the file, which is each partition's. Facts about stored messages belong to the restored history: its epoch is theirs. */
async function appendBacklog(log: EventLog, file: string, epoch: number): Promise<number> {
  let unreadable = 0;
  let batch: { readonly event: EventDefinition; readonly payloads: unknown[] } | undefined;
  const flush = async (): Promise<void> => {
    if (batch) await log.appendAll(batch.event, batch.payloads);
    batch = undefined;
  };
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
    const { type, payload } = JSON.parse(line) as { type: string; payload: string };
    const event = LOG_EVENTS.find((candidate) => candidate.type === type);
    const fact = event && parsed(event, payload, epoch);
    if (fact === undefined) {
      unreadable += 1;
      continue;
    }
    if (batch !== undefined && (batch.event !== event || batch.payloads.length === BATCH)) await flush();
    batch ??= { event: event!, payloads: [] };
    batch.payloads.push(fact);
  }
  await flush();
  return unreadable;
}

function parsed(event: EventDefinition, payload: string, epoch: number): unknown {
  try {
    const fact = JSON.parse(payload) as Record<string, unknown>;
    return event.schema.parse('epoch' in fact ? { ...fact, epoch } : fact);
  } catch {
    return undefined;
  }
}
