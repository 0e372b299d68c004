import type { Readable } from 'node:stream';

export interface StoredObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of the bytes, hex. */
  readonly sha256: string;
}

/**
 * Keeps files. An object is whole or absent: readers never see half of one, also after a crash in `put`.
 * Keys are `[a-z0-9/-]`, at most 200 characters, without empty segments; anything else throws a `TypeError`.
 */
export abstract class ObjectStore {
  /** Streams the body with back-pressure. Rejects, and leaves nothing, when it exceeds `maxBytes` (TOO_LARGE) or fails. */
  abstract put(key: string, body: Readable, options: { maxBytes: number }): Promise<StoredObject>;
  abstract find(key: string): Promise<StoredObject | undefined>;
  /** Bytes `start` to `end`, both included; all without a range. Rejects with MEDIA_NOT_FOUND when absent. */
  abstract get(key: string, range?: { start: number; end: number }): Promise<Readable>;
  /** Succeeds also when there is nothing. */
  abstract delete(key: string): Promise<void>;
  /** Keys that begin with the prefix, in order; for sweeps. */
  abstract list(prefix: string): AsyncIterable<StoredObject & { readonly modifiedAt: Date }>;
}
