import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ParleyError } from '@parley/contracts';

/** Bodies up to here stay in memory. */
const IN_MEMORY_BYTES = 1024 * 1024;

/**
 * A body that has been received to its end: its size and hash are known before the first byte goes to S3, so one request can
 * carry all of it, and a body that fails half-way leaves no trace there. Large ones wait in a file.
 */
export class S3Spool implements AsyncDisposable {
  private constructor(
    /** Bytes. */
    readonly size: number,
    /** Hex. */
    readonly sha256: string,
    private readonly content: Buffer | string,
  ) {}

  /** Draws the body only as fast as it is written. Rejects and destroys it when it has more than `maxBytes` (TOO_LARGE) or fails. */
  static async receive(body: Readable, maxBytes: number): Promise<S3Spool> {
    const hash = createHash('sha256');
    const path = join(tmpdir(), `parley-upload-${randomUUID()}`);
    let chunks: Buffer[] = [];
    let size = 0;
    let file: FileHandle | undefined;
    try {
      for await (const chunk of body as AsyncIterable<Buffer | string>) {
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
        size += bytes.length;
        if (size > maxBytes) throw new ParleyError('TOO_LARGE');
        hash.update(bytes);
        chunks.push(bytes);
        if (size <= IN_MEMORY_BYTES) continue;
        file ??= await open(path, 'wx', 0o600);
        for (const waiting of chunks) await file.writeFile(waiting); // goes on where the last one ended
        chunks = [];
      }
      await file?.close();
      return new S3Spool(size, hash.digest('hex'), file ? path : Buffer.concat(chunks));
    } catch (error) {
      await file?.close();
      if (file) await rm(path, { force: true });
      throw error;
    }
  }

  open(): Buffer | Readable {
    return typeof this.content === 'string' ? createReadStream(this.content) : this.content;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (typeof this.content === 'string') await rm(this.content, { force: true });
  }
}
