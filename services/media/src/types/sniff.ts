import { ParleyError } from '@parley/contracts';
import { fileTypeFromBuffer } from 'file-type';
import { extensionOf } from './file-name.js';
import { findMediaType, mediaTypeOfExtension, type MediaType } from './media-types.js';

/** As much of a file as decides what it is; office documents name their kind in the first entries of a zip. */
export const HEAD_BYTES = 64 * 1024;

/** The same thing by other names. */
const ALIASES: Readonly<Record<string, string>> = {
  'image/apng': 'image/png',
  'video/x-m4v': 'video/mp4',
  'audio/x-m4a': 'audio/mp4',
  'audio/x-m4b': 'audio/mp4',
  'audio/vnd.wave': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/x-wav': 'audio/wav',
  'audio/opus': 'audio/ogg',
  'application/ogg': 'audio/ogg',
};

/** What no text has: all controls but tab, line feed, form feed, carriage return and escape. */
const BINARY = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/;
/** What browsers, interpreters and shells recognise at the beginning of a file. */
const ACTIVE = /^(?:<[!?/a-z]|#!|@echo\b|%!ps|\{\\rtf)/i;

const refused = () => new ParleyError('MEDIA_TYPE_REFUSED');

/**
 * What a file is, told from its beginning. The name only chooses between kinds that content cannot tell apart, none of which
 * can do anything. Throws MEDIA_TYPE_REFUSED for everything that is not allowed.
 */
export async function sniff(head: Buffer, name: string, allowed: ReadonlySet<string>): Promise<MediaType> {
  const found = (await typeOfBytes(head, extensionOf(name))) ?? typeOfText(head, extensionOf(name));
  if (!found || !allowed.has(found.type)) throw refused();
  return found;
}

async function typeOfBytes(head: Buffer, extension: string): Promise<MediaType | undefined> {
  const detected = await fileTypeFromBuffer(head);
  if (!detected) return undefined;
  const mime = detected.mime.split(';', 1)[0]!;
  const type = findMediaType(ALIASES[mime] ?? mime);
  if (!type || type.family === 'text') throw refused();
  const named = mediaTypeOfExtension(extension);
  const isNamedKindOfZip = type.type === 'application/zip' && named?.family === 'document' && named.type !== 'application/pdf';
  return isNamedKindOfZip ? named : type;
}

/** Only what is called a text: a script called `x.png` is no picture, and one called `x.js` is a script. */
function typeOfText(head: Buffer, extension: string): MediaType | undefined {
  const text = head.toString('latin1');
  const type = extension === '' ? findMediaType('text/plain') : mediaTypeOfExtension(extension);
  return type?.family === 'text' && !BINARY.test(text) && !ACTIVE.test(beginningOf(head.toString('utf8'))) ? type : undefined;
}

/** Behind white space, byte order marks and whole comments, as browsers read it. */
function beginningOf(text: string): string {
  for (let rest = text; ;) {
    rest = rest.trimStart(); // takes U+FEFF along
    const end = rest.startsWith('<!--') ? rest.indexOf('-->', 4) : -1;
    if (end < 0) return rest;
    rest = rest.slice(end + 3);
  }
}
