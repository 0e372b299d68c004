/** How names are compared and searched: composed and without case. */
export const textKey = (text: string): string => text.normalize('NFC').toLowerCase();

/** A pattern for LIKE that finds the text anywhere in a key, whatever it contains. */
export const containsPattern = (text: string): string => `%${textKey(text).replace(/[\\%_]/g, '\\$&')}%`;
