import type { EmojiDataResolver } from 'frimousse';
import type { Language } from '../../texts/languages.js';
import { spokenLanguage } from '../../texts/texts.js';

export type EmojiData = Awaited<ReturnType<EmojiDataResolver>>;

const LISTS: Readonly<Record<Language, () => Promise<{ readonly emojiData: EmojiData }>>> = {
  en: () => import('virtual:emoji-data/en'),
  de: () => import('virtual:emoji-data/de'),
};

/** All emoji, called as the reader calls them. */
export async function loadEmoji(): Promise<EmojiData> {
  const { emojiData } = await LISTS[spokenLanguage.get().language]();
  return emojiData;
}
