/** Languages that the client speaks, by their own names. */
export const LANGUAGES = {
  en: { name: 'English', direction: 'ltr' },
  de: { name: 'Deutsch', direction: 'ltr' },
} as const satisfies Record<string, { name: string; direction: 'ltr' | 'rtl' }>;

export type Language = keyof typeof LANGUAGES;

export const isLanguage = (word: unknown): word is Language => typeof word === 'string' && Object.hasOwn(LANGUAGES, word);

/** The first language of the browser that we speak, else English. */
export function languageFor(wanted: readonly string[]): Language {
  return wanted.map((tag) => tag.split('-', 1)[0]!.toLowerCase()).find(isLanguage) ?? 'en';
}

/** For dates and numbers: as they are written where the reader is, if that is a place of this language that `Intl` knows. */
export function localeFor(language: Language, wanted: readonly string[]): string {
  return wanted.find((tag) => (tag === language || tag.startsWith(`${language}-`)) && isLocale(tag)) ?? language;
}

/** Browsers take what the system says: `en-US@posix` is no tag that `Intl` would take. */
function isLocale(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}
