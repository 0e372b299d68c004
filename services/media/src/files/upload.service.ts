import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import { mediaLimitConfig } from '@parley/chat';
import { ParleyError, type Media } from '@parley/contracts';
import { ObjectStore } from '@parley/platform';
import type { ConfigOf } from '@parley/runtime';
import { v7 as uuidV7 } from 'uuid';
import { mediaConfig } from '../media.config.js';
import { MediaProcessor, type Workplace } from '../processing/media-processor.js';
import { cleanFileName } from '../types/file-name.js';
import { findMediaType, type MediaType } from '../types/media-types.js';
import { HEAD_BYTES, sniff } from '../types/sniff.js';
import { textGuard } from '../types/text-guard.js';
import { FileRemover } from './file-remover.js';
import { fileKey, thumbnailKey, toMedia } from './file-row.js';
import { FileRepository, type StoredFile } from './file.repository.js';
import { peek } from './peek.js';

export interface IncomingFile {
  readonly name: string;
  readonly bytes: Readable;
  /** How many they can be at the most, as far as that is known beforehand. */
  readonly sizeMax: number;
}

/**
 * Takes files in, as a stream: nothing holds more than a few chunks of one. The row comes first, so that whatever happens
 * afterwards the sweeper knows what may lie in the store.
 */
@Injectable()
export class UploadService {
  constructor(
    @Inject(mediaConfig.token) private readonly config: ConfigOf<typeof mediaConfig>,
    @Inject(mediaLimitConfig.token) private readonly limits: ConfigOf<typeof mediaLimitConfig>,
    private readonly files: FileRepository,
    private readonly remover: FileRemover,
    private readonly processor: MediaProcessor,
    private readonly store: ObjectStore,
  ) {}

  /** Stores the bytes; `finish` or `discard` must follow. Leaves nothing behind when it rejects. */
  async receive(ownerId: string, { name, bytes, sizeMax }: IncomingFile): Promise<StoredFile> {
    const id = uuidV7();
    let isPending = false;
    try {
      isPending = await this.files.insertPending(id, ownerId, Math.min(sizeMax, this.limits.MAX_BYTES), this.config.QUOTA_BYTES);
      if (!isPending) throw new ParleyError('TOO_LARGE', { detail: 'Your files take all of the space that you have. Remove some first.' });
      const { head, whole } = await peek(bytes, HEAD_BYTES);
      if (head.length === 0) throw emptyFile();
      const type = await sniff(head, name, this.config.TYPES);
      if (type.family === 'image' || type.family === 'timed') return await this.throughWorkplace(id, name, type, whole);
      const body = type.family === 'text' ? whole.pipe(textGuard()) : whole;
      // The store may not have begun to read when one of them fails, and hears of it all the same when it does.
      for (const stream of [whole, body]) stream.on('error', (error) => body.destroy(error));
      const { size, sha256 } = await this.store.put(fileKey(id), body, { maxBytes: this.limits.MAX_BYTES });
      return { id, size, sha256, type: type.type, name: cleanFileName(name, type) };
    } catch (error) {
      bytes.destroy();
      if (isPending) await this.discard(ownerId, id);
      throw error;
    }
  }

  /** From here on the file can be attached. */
  async finish(ownerId: string, file: StoredFile, altText: string | undefined): Promise<Media> {
    const row = await this.files.markReady(file, altText);
    if (row) return toMedia(row);
    await this.remover.eraseQuietly(file.id); // the sweeper gave it up; what came after that is still there
    throw new ParleyError('UNAVAILABLE', { detail: 'The upload took too long. Try again.' });
  }

  async discard(ownerId: string, id: string): Promise<void> {
    // When even that fails the sweeper finds it pending, in a while.
    const isRemoved = await this.files.removeUnused(id, ownerId).catch(() => false);
    if (isRemoved) await this.remover.eraseQuietly(id);
  }

  /** Of an own file that is not in use. Throws MEDIA_IN_USE and MEDIA_NOT_FOUND. */
  async remove(ownerId: string, id: string): Promise<void> {
    if (await this.files.removeUnused(id, ownerId)) return this.remover.eraseQuietly(id);
    const row = await this.files.find(id);
    throw new ParleyError(row?.ownerId === ownerId && row.state === 'attached' ? 'MEDIA_IN_USE' : 'MEDIA_NOT_FOUND');
  }

  private async throughWorkplace(id: string, name: string, type: MediaType, whole: Readable): Promise<StoredFile> {
    await using place = await this.processor.openWorkplace();
    await pipeline(whole, sizeGuard(this.limits.MAX_BYTES), createWriteStream(place.source, { flags: 'wx', mode: 0o600 }));
    if (type.family === 'image') return await this.storeImage(id, name, type, place);
    const durationMs = await this.processor.findDurationMs(place, type.type);
    const { size, sha256 } = await this.putFile(fileKey(id), place.source);
    return { id, size, sha256, durationMs, type: type.type, name: cleanFileName(name, type) };
  }

  private async storeImage(id: string, name: string, type: MediaType, place: Workplace): Promise<StoredFile> {
    const { width, height, placeholder, type: served } = await this.processor.encodeImage(place, type.type);
    const { size, sha256 } = await this.putFile(fileKey(id), place.output);
    const thumbnail = await this.putFile(thumbnailKey(id), place.thumbnail);
    const servedType = findMediaType(served) ?? type;
    return {
      id,
      size,
      sha256,
      width,
      height,
      placeholder,
      thumbnailSize: thumbnail.size,
      type: servedType.type,
      name: cleanFileName(name, servedType),
    };
  }

  private async putFile(key: string, path: string): Promise<{ size: number; sha256: string }> {
    const { size } = await stat(path);
    return this.store.put(key, createReadStream(path), { maxBytes: size });
  }
}

const emptyFile = () => new ParleyError('VALIDATION_FAILED', { detail: 'The file is empty.' });

/** Fails at the first byte too many. */
function sizeGuard(maxBytes: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > maxBytes) done(new ParleyError('TOO_LARGE'));
      else done(null, chunk);
    },
  });
}
