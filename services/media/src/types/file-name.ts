import { LIMITS, codePoints, firstCodePoints } from '@parley/contracts';
import { mediaTypeOfExtension, type MediaType } from './media-types.js';

/** Controls, line ends, what has no meaning or reorders text; the joiners stay, which scripts and emoji need. */
const INVISIBLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
/** What some system takes for part of a path or of a command. */
const RESERVED = /[/\\:*?"<>|]/g;

/** The part behind the last dot, in lower case; empty without one. */
export const extensionOf = (name: string): string => /\.([^.]*)$/.exec(name)?.[1]?.toLowerCase().trim() ?? '';

/**
 * The name under which people download a file, whatever they called it: no path, nothing invisible, at most 120 characters,
 * and an ending that fits what the file is.
 */
export function cleanFileName(given: string, type: MediaType): string {
  const base = given.toWellFormed().normalize('NFC').replace(INVISIBLE, '').split(/[/\\]/).at(-1) ?? '';
  const name = base
    .replace(RESERVED, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  const extension = extensionOf(name);
  const isRight = type.extensions.includes(extension);
  // An ending of another type we know is replaced, since re-encoding changes types; any other one stays part of the name.
  const stem = isRight || mediaTypeOfExtension(extension) ? name.slice(0, -(extension.length + 1)) : name;
  const ending = `.${isRight ? extension : type.extensions[0]!}`;
  return firstCodePoints(stem || 'file', LIMITS.fileNameMax - codePoints(ending)).trimEnd() + ending;
}
