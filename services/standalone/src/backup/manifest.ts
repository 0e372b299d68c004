import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BackupError } from './backup-error.js';

export const MANIFEST_FILE = 'manifest.json';
export const DATABASE_FOLDER = 'database';
export const BACKLOG_FILE = 'backlog.jsonl.gz';
export const MEDIA_FOLDER = 'media';
const FORMAT = 1;

const Manifest = z.object({
  format: z.literal(FORMAT),
  takenAt: z.iso.datetime(),
  database: z.object({
    migrations: z.record(z.string(), z.array(z.string()).readonly()),
    tables: z.array(z.object({ schema: z.string(), table: z.string(), columns: z.array(z.string()).readonly(), rows: z.int() })).readonly(),
    sequences: z.array(z.object({ schema: z.string(), table: z.string(), column: z.string(), value: z.string() })).readonly(),
  }),
  /** Records of the log that had not been handled by everybody. */
  backlog: z.int(),
  /** null: left out, because the object store has a backup of its own. */
  files: z.object({ count: z.int(), bytes: z.int() }).nullable(),
});

/** What a backup consists of; written last, so that a folder without it is none. */
export type Manifest = z.output<typeof Manifest>;

export const manifestOf = (content: Omit<Manifest, 'format'>): Manifest => ({ format: FORMAT, ...content });

/** Throws what an operator has to put right. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST_FILE), 'utf8').catch(() => {
    throw new BackupError(`${folder} is no backup: it has no ${MANIFEST_FILE}`);
  });
  try {
    return Manifest.parse(JSON.parse(text));
  } catch {
    throw new BackupError(`${join(folder, MANIFEST_FILE)} cannot be read: it is damaged, or of another version of Parley`);
  }
}
