import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { AvatarQuery, UserParams } from '@parley/contracts';
import type { Response } from 'express';
import type { z } from 'zod';
import { AvatarService } from '../avatars/avatar.service.js';

const FOR_EVER = 'public, max-age=31536000, immutable';
const FOR_A_WHILE = 'public, max-age=300';

/** Open to everyone, because an `<img>` sends no access token. */
@Controller('api/users/:id/avatar')
export class AvatarController {
  constructor(private readonly avatars: AvatarService) {}

  @Get()
  async show(
    @Param({ schema: UserParams }) { id }: z.output<typeof UserParams>,
    @Query({ schema: AvatarQuery }) { v }: AvatarQuery,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const { picture, version } = await this.avatars.get(id);
    if (version === undefined) response.setHeader('Cache-Control', 'no-store');
    else response.set({ ETag: `"${version}"`, 'Cache-Control': v === version ? FOR_EVER : FOR_A_WHILE });
    response.set({
      // A picture that somebody opens by itself is a document: nothing in it may run.
      'Content-Security-Policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'X-Content-Type-Options': 'nosniff',
    });
    if (version !== undefined && isKnown(ifNoneMatch, `"${version}"`)) response.status(304).end();
    else response.type(picture.type).send(picture.bytes);
  }
}

/** `If-None-Match`, whatever the request says about caches between: scripts and reloads say `no-cache` along with it. */
function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
