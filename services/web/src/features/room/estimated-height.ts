import { imageBox } from '../attachments/image-box.js';
import { kindOf } from '../attachments/kinds.js';
import type { Row } from './message-rows.js';

const LINE_PX = 24;
const HEAD_PX = 34;
const LEAD_PX = 40;
const FILE_PX = 72;
const CHARACTERS_PER_LINE = 90;

/** How high a row may be, in CSS pixels, before anybody has seen it: only the scroll bar depends on it. */
export function estimatedHeight(row: Row): number {
  const leads = row.leads.length * LEAD_PX;
  if (row.kind === 'members') return leads + LINE_PX + 10;
  const { text, attachments = [] } = row.kind === 'message' ? row.message : row.entry;
  const lines =
    text === '' ? 0 : text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / CHARACTERS_PER_LINE)), 0);
  const files = attachments.reduce(
    (sum, media) => sum + (/^(image|video)$/.test(kindOf(media.type)) ? imageBox(media).height : FILE_PX),
    0,
  );
  return leads + (row.isGrouped ? 2 : HEAD_PX) + lines * LINE_PX + files;
}
