import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import type { AttachmentUse, AvatarPicture, MediaLibrary } from '@parley/chat';
import { ParleyError, type Media } from '@parley/contracts';
import { ObjectStore } from '@parley/platform';
import { FileRemover } from './file-remover.js';
import { thumbnailKey, toMedia } from './file-row.js';
import { FileRepository } from './file.repository.js';

/** What other services ask about files. */
@Injectable()
export class LibraryService implements MediaLibrary {
  constructor(
    private readonly files: FileRepository,
    private readonly remover: FileRemover,
    private readonly store: ObjectStore,
  ) {}

  async reserve(use: AttachmentUse): Promise<Media[]> {
    const rows = await this.files.reserve(use);
    if (!rows) throw new ParleyError('MEDIA_NOT_ATTACHABLE');
    return rows.map(toMedia);
  }

  async reserveAvatar(userId: string, mediaId: string): Promise<void> {
    if (!(await this.files.reserveAvatar(userId, mediaId))) throw new ParleyError('MEDIA_NOT_ATTACHABLE');
  }

  async dropAvatar(userId: string, mediaId: string): Promise<void> {
    if (await this.files.removeAvatar(userId, mediaId)) await this.remover.eraseQuietly(mediaId);
  }

  /** The small picture: lists show many of them. */
  async findAvatar(userId: string, mediaId: string): Promise<AvatarPicture | undefined> {
    const row = await this.files.find(mediaId);
    if (!row || row.ownerId !== userId || !row.isAvatar || row.state !== 'attached') return undefined;
    return { type: 'image/webp', base64: (await buffer(await this.store.get(thumbnailKey(mediaId)))).toString('base64') };
  }
}
