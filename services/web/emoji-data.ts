import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

interface SourceEmoji {
  readonly emoji: string;
  readonly name: string;
  readonly emoji_version: string;
  readonly skin_tone_support: boolean;
}

const NAME = 'virtual:emoji-data';
/** Newer ones are boxes on most devices. */
const VERSION_MAX = 16;
const TONES = { light: 0x1f3fb, 'medium-light': 0x1f3fc, medium: 0x1f3fd, 'medium-dark': 0x1f3fe, dark: 0x1f3ff };
const VARIATION = 0xfe0f;

/**
 * Gives the client the list of all emoji as a module of its own, from packages that carry the data of Unicode: it is
 * loaded from our own server when the picker is opened, and from nowhere else.
 */
export function emojiData(): Plugin {
  return {
    name: 'parley-emoji-data',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load: (id) => (id === `\0${NAME}` ? `export const emojiData = JSON.parse(${JSON.stringify(JSON.stringify(listEmoji()))});` : undefined),
  };
}

function listEmoji() {
  const groups = readPackage<{ name: string; emojis: SourceEmoji[] }[]>('unicode-emoji-json/data-by-group.json');
  const words = readPackage<Record<string, string[]>>('emojilib');
  return {
    locale: 'en',
    categories: groups.map(({ name }, index) => ({ index, label: name })),
    skinTones: { light: 'Light', 'medium-light': 'Medium light', medium: 'Medium', 'medium-dark': 'Medium dark', dark: 'Dark' },
    emojis: groups.flatMap(({ emojis }, category) =>
      emojis
        .filter(({ emoji_version }) => Number(emoji_version) <= VERSION_MAX)
        .map(({ emoji, name, emoji_version, skin_tone_support }) => ({
          emoji,
          category,
          label: name.charAt(0).toUpperCase() + name.slice(1),
          version: Number(emoji_version),
          tags: (words[emoji] ?? []).map((word) => word.replaceAll('_', ' ')),
          ...(skin_tone_support ? { skins: skinsOf(emoji) } : {}),
        })),
    ),
  };
}

/** The tone stands behind the first character, in the place of a mark that asks for the colourful form. */
function skinsOf(emoji: string): Record<string, string> {
  const [first = 0, ...rest] = Array.from(emoji, (character) => character.codePointAt(0)!);
  const tail = rest[0] === VARIATION ? rest.slice(1) : rest;
  return Object.fromEntries(Object.entries(TONES).map(([name, tone]) => [name, String.fromCodePoint(first, tone, ...tail)]));
}

function readPackage<T>(name: string): T {
  return JSON.parse(readFileSync(createRequire(import.meta.url).resolve(name), 'utf8')) as T;
}
