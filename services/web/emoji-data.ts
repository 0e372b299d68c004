import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

interface SourceEmoji {
  readonly emoji: string;
  readonly hexcode: string;
  readonly label: string;
  readonly tags?: readonly string[];
  readonly version: number;
  /** Absent for letters that flags are made of. */
  readonly group?: number;
  readonly skins?: readonly { readonly emoji: string; readonly tone: number | readonly number[] }[];
}

interface SourceMessages {
  readonly groups: readonly { readonly key: string; readonly message: string; readonly order: number }[];
  readonly skinTones: readonly { readonly key: string; readonly message: string }[];
}

const NAME = 'virtual:emoji-data/';
/** Newer ones are boxes on most devices. */
const VERSION_MAX = 16;
/** Behind the numbers of skin tones, which begin with 1. */
const TONES = ['light', 'medium-light', 'medium', 'medium-dark', 'dark'] as const;
/** Parts of emoji, nothing that anybody would pick. */
const PARTS = 'component';

/**
 * Gives the client `virtual:emoji-data/<language>`: the list of all emoji with what they are called in that language, and
 * in English, whose words are known everywhere (`:tada:`). It is loaded from our own server when it is needed first.
 */
export function emojiData(): Plugin {
  return {
    name: 'parley-emoji-data',
    resolveId: (id) => (id.startsWith(NAME) ? `\0${id}` : undefined),
    load: (id) =>
      id.startsWith(`\0${NAME}`)
        ? `export const emojiData = JSON.parse(${JSON.stringify(JSON.stringify(listEmoji(id.slice(NAME.length + 1))))});`
        : undefined,
  };
}

function listEmoji(language: string) {
  const { groups, skinTones } = readSource<SourceMessages>(language, 'messages');
  const english = new Map(readSource<SourceEmoji[]>('en', 'data').map((emoji) => [emoji.hexcode, emoji]));
  const parts = groups.find(({ key }) => key === PARTS)?.order;
  return {
    locale: language,
    categories: groups.filter(({ key }) => key !== PARTS).map(({ message, order }) => ({ index: order, label: capitalised(message) })),
    skinTones: Object.fromEntries(skinTones.map(({ key, message }) => [key, message])),
    emojis: readSource<SourceEmoji[]>(language, 'data')
      .filter(({ group, version }) => group !== undefined && group !== parts && version <= VERSION_MAX)
      .map(({ emoji, hexcode, label, version, group, tags, skins }) => ({
        emoji,
        category: group,
        label: capitalised(label),
        version,
        tags: wordsBeside(label, [...(tags ?? []), ...wordsOf(english.get(hexcode))]),
        ...(skins ? { skins: skinsOf(skins) } : {}),
      })),
  };
}

const wordsOf = (emoji: SourceEmoji | undefined): readonly string[] => (emoji ? [emoji.label, ...(emoji.tags ?? [])] : []);

const wordsBeside = (label: string, words: readonly string[]): string[] => [...new Set(words)].filter((word) => word !== label);

/** Of people who are several, only those who have the same tone. */
const skinsOf = (skins: NonNullable<SourceEmoji['skins']>): Record<string, string> =>
  Object.fromEntries(skins.flatMap(({ emoji, tone }) => (typeof tone === 'number' ? [[TONES[tone - 1]!, emoji]] : [])));

const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

function readSource<T>(language: string, part: 'data' | 'messages'): T {
  return JSON.parse(readFileSync(createRequire(import.meta.url).resolve(`emojibase-data/${language}/${part}.json`), 'utf8')) as T;
}
