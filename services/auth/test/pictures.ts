import { MediaLibrary, type AvatarPicture } from '@parley/chat';
import { ParleyError } from '@parley/contracts';

/** A media service that holds what tests put into it. */
export class Pictures extends MediaLibrary {
  /** `user id media id` -> the picture. */
  readonly held = new Map<string, string>();
  isAway = false;

  async reserve(): Promise<never> {
    throw new ParleyError('MEDIA_NOT_ATTACHABLE');
  }

  async reserveAvatar(userId: string, mediaId: string): Promise<void> {
    if (!this.held.has(`${userId} ${mediaId}`)) throw new ParleyError('MEDIA_NOT_ATTACHABLE');
  }

  async dropAvatar(userId: string, mediaId: string): Promise<void> {
    this.held.delete(`${userId} ${mediaId}`);
  }

  async findAvatar(userId: string, mediaId: string): Promise<AvatarPicture | undefined> {
    if (this.isAway) throw new ParleyError('UNAVAILABLE');
    const picture = this.held.get(`${userId} ${mediaId}`);
    return picture === undefined ? undefined : { type: 'image/webp', base64: Buffer.from(picture).toString('base64') };
  }
}
