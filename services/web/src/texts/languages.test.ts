import { describe, expect, it } from 'vitest';
import { languageFor, localeFor } from './languages.js';

describe('languageFor', () => {
  it.each([
    [['de-AT', 'en'], 'de'],
    [['fr-FR', 'DE', 'en'], 'de'],
    [['fr-FR', 'ja'], 'en'],
    [['en-US@posix'], 'en'],
    [[], 'en'],
  ])('finds for %j %s', (wanted, language) => {
    expect(languageFor(wanted)).toBe(language);
  });
});

describe('localeFor', () => {
  it.each([
    ['de', ['en-GB', 'de-AT', 'de'], 'de-AT'],
    ['en', ['de-AT'], 'en'],
    ['en', ['en-US@posix', 'en-GB'], 'en-GB'],
    ['en', ['en-US@posix'], 'en'],
  ] as const)('writes %s for %j as in %s', (language, wanted, locale) => {
    expect(localeFor(language, wanted)).toBe(locale);
  });
});
