import { Controller, Get, Param, Query, Res } from '@nestjs/common';
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
    @Res() response: Response,
  ): Promise<void> {
    const { svg, version } = await this.avatars.get(id);
    response.set({
      ETag: `"${version}"`,
      'Cache-Control': v === version ? FOR_EVER : FOR_A_WHILE,
      // A picture that somebody opens by itself is a document: nothing in it may run.
      'Content-Security-Policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'X-Content-Type-Options': 'nosniff',
    });
    if (response.req.fresh) response.status(304).end();
    else response.type('image/svg+xml').send(svg);
  }
}
