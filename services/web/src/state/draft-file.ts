import type { Media } from '@parley/contracts';
import type { StoredFile } from './draft-store.js';

/** A file that waits beside the composer until its message is sent. */
export interface DraftFile {
  readonly key: string;
  readonly file: File;
  readonly altText: string;
  readonly state: 'waiting' | 'uploading' | 'ready' | 'failed';
  /** From 0 to 1. At 1 the server is still looking at what it got. */
  readonly progress: number;
  /** When `ready`. */
  readonly media?: Media;
  /** When `failed`: why, for people, and whether the same file may succeed another time. */
  readonly error?: string;
  readonly canRetry?: boolean;
}

/** The server keeps what nobody posts for longer than this, and not for ever. */
const UPLOAD_KEPT_MS = 30 * 60_000;

export const failed = (draft: DraftFile, error: string, canRetry: boolean): DraftFile => ({ ...draft, state: 'failed', error, canRetry });

export const isOnServer = ({ media, storedAtMs }: StoredFile): boolean => media !== undefined && Date.now() - storedAtMs < UPLOAD_KEPT_MS;

/** A file as the device has it. */
export function draftOf(stored: StoredFile): DraftFile {
  const { key, file, altText, media } = stored;
  return media && isOnServer(stored)
    ? { key, file, altText, state: 'ready', progress: 1, media }
    : { key, file, altText, state: 'waiting', progress: 0 };
}

/** The order in which they were picked. */
export const byKey = (a: DraftFile, b: DraftFile): number => (a.key < b.key ? -1 : 1);
