import { ParleyError, RESERVED_USERNAMES } from '@parley/contracts';
import unhomoglyph from 'unhomoglyph';

const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * What a name looks like (UTS 39), in two readings: as it is written, and in small letters, since a capital may look like
 * another letter than its small form does.
 */
function looksOf(name: string): string[] {
  const plain = name.normalize('NFKC').replace(UNSEEN, '');
  return [unhomoglyph(plain).toLowerCase(), unhomoglyph(plain.toLowerCase())];
}

const RESERVED = new Set(RESERVED_USERNAMES.flatMap(looksOf));

/** Whether people could take it for one of the names that speak for the installation, whatever alphabet it is written in. */
export const looksReserved = (name: string): boolean => looksOf(name).some((look) => RESERVED.has(look));

/** Throws VALIDATION_FAILED for the display names that are for administrators. */
export function assertOwnDisplayName(displayName: string): void {
  if (!looksReserved(displayName)) return;
  const message = 'is reserved';
  throw new ParleyError('VALIDATION_FAILED', { detail: `displayName: ${message}`, errors: [{ path: 'displayName', message }] });
}
