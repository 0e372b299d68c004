import type { Media } from '@parley/contracts';

export type Kind = 'image' | 'video' | 'audio' | 'file';

/** How a file is shown, by the type that the server told from its content. */
export function kindOf(type: string): Kind {
  const [family] = type.split('/', 1);
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'file';
}

/** What a message without text says where only text can stand. */
export function namesOf(attachments: readonly Media[]): string {
  const [only] = attachments;
  if (!only) return '';
  return attachments.length === 1 ? only.name : `${attachments.length} files`;
}
