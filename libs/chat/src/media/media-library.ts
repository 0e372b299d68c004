import type { Media } from '@parley/contracts';

/** The message that files are to be part of. Its id follows from sender, room and client key, so a retry names the same one. */
export interface AttachmentUse {
  readonly senderId: string;
  readonly roomId: string;
  readonly messageId: string;
  /** In the order in which the message shows them. */
  readonly mediaIds: readonly string[];
}

/** Bytes of a picture that everybody may see. */
export interface AvatarPicture {
  readonly type: string;
  readonly base64: string;
}

/** What other services ask of the media service, which owns all files. Every question is safe to repeat. */
export abstract class MediaLibrary {
  /**
   * Sets the sender's files aside for this message and no other: all or none. A message that has files set aside keeps those,
   * whatever a repeat names. Throws MEDIA_NOT_ATTACHABLE unless each is the sender's own, ready and unused.
   */
  abstract reserve(use: AttachmentUse): Promise<Media[]>;
  /** Sets an image of the person aside as the own picture. Throws MEDIA_NOT_ATTACHABLE. */
  abstract reserveAvatar(userId: string, mediaId: string): Promise<void>;
  /** A person has another picture, or none: this one is removed. */
  abstract dropAvatar(userId: string, mediaId: string): Promise<void>;
  /** undefined: there is no such picture of this person. */
  abstract findAvatar(userId: string, mediaId: string): Promise<AvatarPicture | undefined>;
}
