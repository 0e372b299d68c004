import { thumbHashToDataURL } from 'thumbhash';

const KNOWN_MAX = 500;
const known = new Map<string, string>();

/** A blurred picture of 25 bytes as an address for CSS; undefined for what is none. */
export function placeholderUrl(placeholder: string | undefined): string | undefined {
  if (placeholder === undefined) return undefined;
  const made = known.get(placeholder) ?? decode(placeholder);
  if (made === undefined) return undefined;
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(placeholder, made);
  return made;
}

function decode(placeholder: string): string | undefined {
  try {
    return `url(${thumbHashToDataURL(Uint8Array.from(atob(placeholder), (character) => character.charCodeAt(0)))})`;
  } catch {
    return undefined;
  }
}
