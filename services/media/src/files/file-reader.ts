import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { RoomAccess, refusalOf } from '@parley/chat';
import { ParleyError } from '@parley/contracts';
import { ObjectStore } from '@parley/platform';
import { fileKey, thumbnailKey, type FileRow } from './file-row.js';
import { FileRepository } from './file.repository.js';

export interface ReadableFile {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** Names these bytes and no others. */
  readonly version: string;
  open(range?: { start: number; end: number }): Promise<Readable>;
}

/** Gives files out, to whoever may read them at this very moment. */
@Injectable()
export class FileReader {
  constructor(
    private readonly files: FileRepository,
    private readonly rooms: RoomAccess,
    private readonly store: ObjectStore,
  ) {}

  /** Throws MEDIA_NOT_FOUND, for whatever reason. */
  async get(readerId: string, id: string): Promise<ReadableFile> {
    const { name, type, size, sha256 } = await this.find(readerId, id);
    return { name, type, size, version: sha256 ?? '', open: (range) => this.store.get(fileKey(id), range) };
  }

  async getThumbnail(readerId: string, id: string): Promise<ReadableFile> {
    const { name, sha256, thumbnailSize } = await this.find(readerId, id);
    if (thumbnailSize === null) throw new ParleyError('MEDIA_NOT_FOUND');
    return {
      name: `${name.replace(/\.[^.]*$/, '')}.webp`,
      type: 'image/webp',
      size: thumbnailSize,
      version: `${sha256}-thumbnail`,
      open: (range) => this.store.get(thumbnailKey(id), range),
    };
  }

  private async find(readerId: string, id: string): Promise<FileRow> {
    const row = await this.files.find(id);
    if (!row || !(await this.mayRead(readerId, row))) throw new ParleyError('MEDIA_NOT_FOUND');
    return row;
  }

  private async mayRead(readerId: string, { state, ownerId, roomId, isAvatar }: FileRow): Promise<boolean> {
    if (state === 'ready') return readerId === ownerId;
    if (state !== 'attached') return false;
    if (roomId !== null) return refusalOf('read', await this.rooms.findFacts(roomId, readerId)) === undefined;
    return isAvatar; // everybody may see how people look
  }
}
