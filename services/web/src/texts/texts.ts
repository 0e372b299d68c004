import { Store, type ReadonlyStore } from '../state/store.js';
import { formatMessage, perLocale, type Catalogue, type CompiledMessage } from './format-message.js';
import { localeFor, type Language } from './languages.js';
import type { TextKey } from './text-keys.js';

export interface Spoken {
  readonly language: Language;
  /** BCP 47, for `Intl`. */
  readonly locale: string;
  readonly catalogue: Catalogue;
}

const CATALOGUES: Readonly<Record<Language, () => Promise<{ readonly default: Catalogue }>>> = {
  en: () => import('virtual:texts/en'),
  de: () => import('virtual:texts/de'),
};

const spoken = new Store<Spoken>({ language: 'en', locale: 'en', catalogue: {} });

/** Changes with the language: whoever shows texts is drawn anew then. */
export const spokenLanguage: ReadonlyStore<Spoken> = spoken;

/**
 * From now on texts are in this language. Of several wishes the last one counts.
 * @throws when the catalogue cannot be fetched; the language stays what it was
 */
export async function speak(language: Language, browserLanguages: readonly string[] = navigator.languages): Promise<void> {
  wish = language;
  const { default: catalogue } = await CATALOGUES[language]();
  if (wish === language) spoken.set({ language, locale: localeFor(language, browserLanguages), catalogue });
}
let wish: Language;

/** A text in the language of the reader: `t('room.membersCount', { count: 3 })`. Numbers are written as is usual there. */
export function t(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return formatMessage<string>(findMessage(key), { locale: locale(), values, wrap: (_tag, content) => content.join('') }).join('');
}

/** The key itself when there is no text: a blank page helps nobody. */
export const findMessage = (key: TextKey): CompiledMessage => spoken.get().catalogue[key] ?? key;

const listFormat = perLocale((tag) => new Intl.ListFormat(tag, { type: 'conjunction' }));

/** "Ada, Bob and Cy" */
export const listOf = (names: readonly string[]): string => listFormat(locale()).format(names);

/** For dates, numbers and lists by `Intl`. */
export const locale = (): string => spoken.get().locale;
