import type { Media } from '@parley/contracts';

/** CSS pixels that one picture may take in the list. */
const WIDTH_MAX = 400;
const HEIGHT_MAX = 300;
/** A picture that is only a line must still be hit by a finger. */
const SIDE_MIN = 48;
const UNKNOWN = { width: 240, height: 180 };

/** The room that a picture takes before it is there: known from the message, so that the list never jumps. */
export function imageBox({ width, height }: Pick<Media, 'width' | 'height'>): { width: number; height: number } {
  if (!width || !height) return UNKNOWN;
  const scale = Math.min(1, WIDTH_MAX / width, HEIGHT_MAX / height);
  return { width: Math.max(SIDE_MIN, Math.round(width * scale)), height: Math.max(SIDE_MIN, Math.round(height * scale)) };
}
