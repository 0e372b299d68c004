import { randomUUID } from 'node:crypto';
import { Controller, Get, HttpCode, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { NamedRooms, classicFile, type CookieCaller } from '@parley/chat';
import { ClassicUploadName, Media, ParleyError, RoomLabel, validationError, type ClassicFile } from '@parley/contracts';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { CookieGuard, CurrentCookieCaller } from './cookie.guard.js';
import { PublicApi } from './public-api.js';
import { receiveUpload, type UploadedFile } from './receive-upload.js';

/** `/upload` and `/uploads/:filename`: files are the media service's, which decides what it takes and who may have it. */
@Controller()
@UseGuards(CookieGuard)
export class ClassicUploadController {
  constructor(
    private readonly rooms: NamedRooms,
    private readonly api: PublicApi,
  ) {}

  @Post('upload')
  @HttpCode(200)
  async upload(@CurrentCookieCaller() caller: CookieCaller, @Req() request: Request): Promise<ClassicFile> {
    const { room, stored: media } = await receiveUpload(request, (file) => this.store(caller, file));
    if (room !== undefined) await this.post(caller, room, media);
    return classicFile(media);
  }

  /** What serves files is the media service, ranges, headers and rights included; the cookie is enough for it. */
  @Get('uploads/:filename')
  serve(@Param('filename') filename: string, @Res() response: Response): void {
    const id = ClassicUploadName.safeParse(filename);
    if (!id.success) throw new ParleyError('MEDIA_NOT_FOUND');
    const name = filename.slice(id.data.length + 1) || 'file';
    response.setHeader('Cache-Control', 'no-store');
    response.redirect(302, `/api/media/${id.data}/${encodeURIComponent(name)}`);
  }

  private store({ accessToken }: CookieCaller, file: UploadedFile): Promise<Media> {
    const boundary = `parley-${randomUUID()}`;
    const body = { type: `multipart/form-data; boundary=${boundary}`, bytes: formOf(boundary, file) };
    return this.api.call({ service: 'media', method: 'POST', path: '/api/media', accessToken, body }, Media);
  }

  private async post(caller: CookieCaller, room: string, media: Media): Promise<void> {
    try {
      const label = RoomLabel.safeParse(room);
      if (!label.success) throw validationError(label.error.issues.map((issue) => ({ ...issue, path: ['room'] })));
      const { roomId } = await this.rooms.find(label.data, caller.userId);
      await this.api.storeMessage(caller.accessToken, roomId, { text: '', attachments: [media.id] });
    } catch (error) {
      const isRefused = error instanceof ParleyError && error.code !== 'UNCONFIRMED' && error.code !== 'UNAVAILABLE';
      if (isRefused) await this.remove(caller, media);
      throw error;
    }
  }

  /** Nobody asked for the file alone; if this fails, media sweeps it later. */
  private async remove({ accessToken }: CookieCaller, { id }: Media): Promise<void> {
    await this.api
      .call({ service: 'media', method: 'DELETE', path: `/api/media/${id}`, accessToken }, z.undefined())
      .catch(() => undefined);
  }
}

/** The form that the media service takes, as a stream. */
async function* formOf(boundary: string, { name, bytes }: UploadedFile): AsyncGenerator<Buffer> {
  const filename = name.replace(/[\r\n"]/g, (character) => encodeURIComponent(character));
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  yield Buffer.from(head);
  for await (const chunk of bytes) yield chunk as Buffer;
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}
