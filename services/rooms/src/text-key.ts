import { foldText } from '@parley/contracts';

/** How names are compared and put in order: composed and without case. */
export const textKey = (text: string): string => text.normalize('NFC').toLowerCase();

/** How names are searched: also without accents. */
export const searchKey = (text: string): string => foldText(text);

/** A pattern for LIKE that finds the text anywhere in a search key, whatever it contains. */
export const containsPattern = (text: string): string => `%${searchKey(text.trim()).replace(/[\\%_]/g, '\\$&')}%`;
