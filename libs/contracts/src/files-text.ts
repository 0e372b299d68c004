import type { Media } from './http/media.js';

/** What a message without text says where only text can stand: the name of its file, or how many there are. */
export function filesText(attachments: readonly Pick<Media, 'name'>[]): string {
  const [only] = attachments;
  if (!only) return '';
  return attachments.length === 1 ? only.name : `${attachments.length} files`;
}
