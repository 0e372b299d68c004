/** A stretch of text that leads somewhere. */
export interface Address {
  /** UTF-16 units. */
  readonly from: number;
  readonly to: number;
  readonly href: string;
}

/**
 * Addresses as people write them. White space, quotes, angle brackets, controls and the marks that turn the reading
 * direction end an address, so that what is shown is where it leads.
 */
const ADDRESS =
  /(?<![\w:])(?:https?:\/\/|mailto:)[^\s<>"'`\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/giu;
const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
const ALLOWED = new Set(['http:', 'https:', 'mailto:']);

/** All addresses in plain text, in their order. */
export function addressesIn(text: string): Address[] {
  if (!text.includes(':')) return [];
  return [...text.matchAll(ADDRESS)].flatMap(({ 0: match, index }) => {
    const shown = withoutTrail(match);
    const href = safeHref(shown);
    return href === undefined ? [] : [{ from: index, to: index + shown.length, href }];
  });
}

/** Where an address leads; undefined unless it is http, https or mailto and says so openly. */
export function safeHref(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const hasTarget = url.protocol === 'mailto:' ? url.pathname.includes('@') : url.hostname !== '';
  // "https://bank.example@evil.example" looks like the one and leads to the other.
  const isDisguised = url.username !== '' || url.password !== '';
  return ALLOWED.has(url.protocol) && hasTarget && !isDisguised ? url.href : undefined;
}

const LOOKS_LIKE_ADDRESS = /^\s*(?:[a-z][a-z0-9+.-]*:\/\/)?(?<host>[^\s/?#@:]+\.[^\s/?#@:.]{2,})(?:[:/?#]\S*)?\s*$/iu;

/** Whether words that look like an address lead to another place than they say. */
export function isMisleading(words: string, href: string): boolean {
  const host = LOOKS_LIKE_ADDRESS.exec(words)?.groups?.['host'];
  if (host === undefined || !href.startsWith('http')) return false;
  const shown = URL.canParse(`https://${host}`) ? new URL(`https://${host}`).hostname : host;
  return withoutWww(shown) !== withoutWww(new URL(href).hostname);
}

const withoutWww = (host: string): string => host.replace(/^www\./u, '');

/** The full stop behind an address belongs to the sentence; a bracket does unless it was opened inside. */
function withoutTrail(address: string): string {
  const open: Record<string, number> = {};
  for (const character of address) if ('()[]{}'.includes(character)) open[character] = (open[character] ?? 0) + 1;
  let end = address.length;
  for (; end > 0; end -= 1) {
    const last = address[end - 1]!;
    const opening = CLOSING[last];
    const isTrail = opening === undefined ? '.,:;!?*_~|'.includes(last) : (open[opening] ?? 0) < (open[last] ?? 0);
    if (!isTrail) break;
    if (opening !== undefined) open[last]! -= 1;
  }
  return address.slice(0, end);
}
