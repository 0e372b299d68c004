import type { Media } from '@parley/contracts';
import { uuidOf } from './messages.js';

export function mediaOf(number: number, changes: Partial<Media> = {}): Media {
  const id = uuidOf(0x3000 + number);
  const name = `picture-${number}.png`;
  return { id, name, type: 'image/png', size: 1000, width: 800, height: 600, url: `/api/media/${id}/${name}`, ...changes };
}
