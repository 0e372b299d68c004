import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { CurrentCaller, ReaderGuard, SessionGuard, mediaLimitConfig, type Caller } from '@parley/chat';
import { MediaFileParams, MediaParams, ParleyError, type Media } from '@parley/contracts';
import { RateLimiter, type RateRule } from '@parley/platform';
import { WorkSlots, type ConfigOf } from '@parley/runtime';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { FileReader } from '../files/file-reader.js';
import { UploadService } from '../files/upload.service.js';
import { mediaConfig } from '../media.config.js';
import { discardRest } from './discard-rest.js';
import { receiveForm } from './receive-form.js';
import { sendFile } from './send-file.js';

/** Per user (`docs/api` §1). */
const UPLOAD_RATE: RateRule = { name: 'uploads', perSecond: 20 / 60, burst: 20 };
/** What a form has around its file, at the most. */
const FORM_BYTES = 64 * 1024;
const NoQuery = z.strictObject({});

@Controller('api/media')
export class MediaController {
  private readonly slots: WorkSlots;

  constructor(
    @Inject(mediaConfig.token) private readonly config: ConfigOf<typeof mediaConfig>,
    @Inject(mediaLimitConfig.token) private readonly limits: ConfigOf<typeof mediaLimitConfig>,
    private readonly uploads: UploadService,
    private readonly files: FileReader,
    private readonly limiter: RateLimiter,
  ) {
    this.slots = new WorkSlots(config.UPLOADS_MAX, 0);
  }

  @Post()
  @UseGuards(SessionGuard)
  async upload(
    @CurrentCaller() { userId }: Caller,
    @Query({ schema: NoQuery }) _query: z.output<typeof NoQuery>,
    @Req() request: Request,
  ): Promise<Media> {
    const announced = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY);
    if (Number.isFinite(announced) && announced > this.limits.MAX_BYTES + FORM_BYTES) throw new ParleyError('TOO_LARGE');
    const verdict = await this.limiter.take(UPLOAD_RATE, userId);
    if (!verdict.allowed) throw new ParleyError('RATE_LIMITED', { retryAfterMs: verdict.retryAfterMs });
    try {
      return await this.slots.run(() => this.receive(userId, request, announced));
    } catch (error) {
      discardRest(request, this.limits.MAX_BYTES + FORM_BYTES);
      throw error;
    }
  }

  @Get(':id/thumbnail')
  @UseGuards(ReaderGuard)
  async thumbnail(
    @CurrentCaller() { userId }: Caller,
    @Param({ schema: MediaParams }) { id }: z.output<typeof MediaParams>,
    @Query({ schema: NoQuery }) _query: z.output<typeof NoQuery>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await sendFile(request, response, await this.files.getThumbnail(userId, id));
  }

  @Get(':id/:name')
  @UseGuards(ReaderGuard)
  async file(
    @CurrentCaller() { userId }: Caller,
    @Param({ schema: MediaFileParams }) { id }: z.output<typeof MediaFileParams>,
    @Query({ schema: NoQuery }) _query: z.output<typeof NoQuery>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await sendFile(request, response, await this.files.get(userId, id));
  }

  @Delete(':id')
  @HttpCode(204)
  @UseGuards(SessionGuard)
  async remove(@CurrentCaller() { userId }: Caller, @Param({ schema: MediaParams }) { id }: z.output<typeof MediaParams>): Promise<void> {
    await this.uploads.remove(userId, id);
  }

  private async receive(userId: string, request: Request, sizeMax: number): Promise<Media> {
    const { fields, taken } = await receiveForm(request, {
      take: (file) => this.uploads.receive(userId, { ...file, sizeMax }),
      undo: ({ id }) => this.uploads.discard(userId, id),
      stallMs: this.config.STALL_MS,
    });
    return this.uploads.finish(userId, taken, fields.altText);
  }
}
