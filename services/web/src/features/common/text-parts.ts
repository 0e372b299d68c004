export type TextPart = { readonly text: string } | { readonly text: string; readonly href: string };

/**
 * Addresses as people write them. White space, quotes, angle brackets, controls and the marks that turn the reading
 * direction end an address, so that what is shown is where it leads.
 */
const ADDRESS =
  /(?<![\w:])(?:https?:\/\/|mailto:)[^\s<>"'`\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/giu;
const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
const ALLOWED = new Set(['http:', 'https:', 'mailto:']);

/** Cuts plain text into text and links. Nothing but http, https and mailto becomes a link. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const shown = withoutTrail(match[0]);
    const href = safeHref(shown);
    if (href === undefined) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: shown, href });
    end = match.index + shown.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** The full stop behind an address belongs to the sentence; a bracket does unless it was opened inside. */
function withoutTrail(address: string): string {
  let end = address.length;
  for (; end > 0; end -= 1) {
    const last = address[end - 1]!;
    const opening = CLOSING[last];
    const isTrail = opening === undefined ? '.,:;!?*_~|'.includes(last) : count(address, opening, end) < count(address, last, end);
    if (!isTrail) break;
  }
  return address.slice(0, end);
}

function count(text: string, character: string, end: number): number {
  let found = 0;
  for (let index = 0; index < end; index += 1) if (text[index] === character) found += 1;
  return found;
}

function safeHref(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const hasTarget = url.protocol === 'mailto:' ? url.pathname.includes('@') : url.hostname !== '';
  // "https://bank.example@evil.example" looks like the one and leads to the other.
  const isDisguised = url.username !== '' || url.password !== '';
  return ALLOWED.has(url.protocol) && hasTarget && !isDisguised ? url.href : undefined;
}
