import { Injectable, Logger } from '@nestjs/common';
import { createAvatar } from '@dicebear/core';
import * as thumbs from '@dicebear/thumbs';
import { MediaLibrary } from '@parley/chat';
import { ParleyError } from '@parley/contracts';
import { LRUCache } from 'lru-cache';
import { avatarVersion } from '../users/user-view.js';
import type { UserEntity } from '../users/user.entity.js';
import { UserRepository } from '../users/user.repository.js';

export interface Picture {
  readonly type: string;
  readonly bytes: Buffer;
}

export interface Portrait {
  readonly picture: Picture;
  /** As in the address of `User.avatarUrl`; undefined for a picture that only stands in for another. */
  readonly version: string | undefined;
}

/** Calm enough for a list of many, far enough apart to tell people by. */
const BACKGROUNDS = ['b6e3f4', 'c0aede', 'd1d4f9', 'ffd5dc', 'ffdfbf', 'd3f0d0', 'fbe7a2', 'c9e4de'];
const SHAPES = ['0a5b83', '1c799f', '3d7a4f', '69539b', '8a3b5c', 'a8452f', '9a6a10', '2f4f8f'];
const KEPT_BYTES = 16 * 1024 * 1024;

/** How people look: on the picture that they have uploaded, else on one that is drawn in this process from a random seed. */
@Injectable()
export class AvatarService {
  private readonly logger = new Logger(AvatarService.name);
  private readonly pictures = new LRUCache<string, Picture>({ maxSize: KEPT_BYTES, sizeCalculation: ({ bytes }) => bytes.length });

  constructor(
    private readonly users: UserRepository,
    private readonly media: MediaLibrary,
  ) {}

  async get(userId: string): Promise<Portrait> {
    const user = await this.users.findOne(userId);
    if (!user) throw new ParleyError('USER_NOT_FOUND');
    const uploaded = user.avatarMediaId === null ? undefined : await this.findUploaded(user, user.avatarMediaId);
    const version = user.avatarMediaId === null || uploaded ? avatarVersion(user) : undefined;
    return { picture: uploaded ?? this.draw(user.avatarSeed), version };
  }

  private async findUploaded({ id }: UserEntity, mediaId: string): Promise<Picture | undefined> {
    const known = this.pictures.get(mediaId);
    if (known) return known;
    try {
      const found = await this.media.findAvatar(id, mediaId);
      if (!found) return undefined;
      const picture = { type: found.type, bytes: Buffer.from(found.base64, 'base64') };
      this.pictures.set(mediaId, picture);
      return picture;
    } catch (error) {
      this.logger.warn({ message: 'an uploaded picture could not be had; the drawn one is shown', error });
      return undefined;
    }
  }

  private draw(seed: string): Picture {
    const known = this.pictures.get(seed);
    if (known) return known;
    const options = { seed, size: 128, backgroundColor: BACKGROUNDS, shapeColor: SHAPES, scale: 90 };
    const picture = { type: 'image/svg+xml', bytes: Buffer.from(createAvatar(thumbs, options).toString()) };
    this.pictures.set(seed, picture);
    return picture;
  }
}
