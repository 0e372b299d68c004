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
  /**
   * Streams the body with back-pressure; an object under this key is replaced. Rejects, destroys the body and leaves
   * things as they were when it exceeds `maxBytes` (TOO_LARGE) or fails.
   */
  abstract put(key: string, body: Readable, options: { maxBytes: number }): Promise<StoredObject>;
  abstract find(key: string): Promise<StoredObject | undefined>;
  /**
   * Bytes `start` to `end`, both included; all without a range, and then the stream fails rather than ends when they
   * are not those that were put. Rejects with MEDIA_NOT_FOUND when absent, RANGE_NOT_SATISFIABLE when the range begins
   * behind the end; an `end` beyond it means the last byte.
   */
  abstract get(key: string, range?: { start: number; end: number }): Promise<Readable>;
  /** Succeeds also when there is nothing. */
  abstract delete(key: string): Promise<void>;
  /** Keys that begin with the prefix, in order; for sweeps. */
  abstract list(prefix: string): AsyncIterable<StoredObject & { readonly modifiedAt: Date }>;
}

const KEY = /^[a-z0-9-]+(\/[a-z0-9-]+)*$/;

/** Throws a `TypeError` unless the key may be used on every adapter. */
export function assertObjectKey(key: string): void {
  if (key.length > 200 || !KEY.test(key)) throw new TypeError(`${JSON.stringify(key.slice(0, 210))} cannot be the key of an object`);
}
