import type { Media } from './http/media.js';
import type { Message } from './http/messages.js';
import { LIMITS } from './limits.js';
import { firstCodePoints } from './text.js';

/** What a message without text says where only text can stand: the name of its file, or how many there are. */
export function filesText(attachments: readonly Pick<Media, 'name'>[]): string {
  const [only] = attachments;
  if (!only) return '';
  return attachments.length === 1 ? only.name : `${attachments.length} files`;
}

/** A message in one line, for lists of conversations. Nothing is left of a deleted one. */
export function previewOf({ text, attachments }: Pick<Message, 'text' | 'attachments'>): string {
  return firstCodePoints(text.replace(/\s+/gu, ' ').trim() || filesText(attachments), LIMITS.previewMax);
}
