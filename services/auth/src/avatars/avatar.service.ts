import { Injectable } from '@nestjs/common';
import { createAvatar } from '@dicebear/core';
import * as thumbs from '@dicebear/thumbs';
import { ParleyError } from '@parley/contracts';
import { LRUCache } from 'lru-cache';
import { avatarVersion } from '../users/user-view.js';
import { UserRepository } from '../users/user.repository.js';

export interface Picture {
  readonly svg: string;
  /** As in the address of `User.avatarUrl`. */
  readonly version: string;
}

/** Calm enough for a list of many, far enough apart to tell people by. */
const BACKGROUNDS = ['b6e3f4', 'c0aede', 'd1d4f9', 'ffd5dc', 'ffdfbf', 'd3f0d0', 'fbe7a2', 'c9e4de'];
const SHAPES = ['0a5b83', '1c799f', '3d7a4f', '69539b', '8a3b5c', 'a8452f', '9a6a10', '2f4f8f'];
const KEPT = 500;

/** Pictures of people who have none of their own, drawn in this process from a random seed. */
@Injectable()
export class AvatarService {
  private readonly drawn = new LRUCache<string, string>({ max: KEPT });

  constructor(private readonly users: UserRepository) {}

  async get(userId: string): Promise<Picture> {
    const user = await this.users.findOne(userId);
    if (!user) throw new ParleyError('USER_NOT_FOUND');
    const svg = this.drawn.get(user.avatarSeed) ?? draw(user.avatarSeed);
    this.drawn.set(user.avatarSeed, svg);
    return { svg, version: avatarVersion(user) };
  }
}

function draw(seed: string): string {
  return createAvatar(thumbs, { seed, size: 128, backgroundColor: BACKGROUNDS, shapeColor: SHAPES, scale: 90 }).toString();
}
