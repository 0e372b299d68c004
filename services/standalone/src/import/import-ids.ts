import { createHash } from 'node:crypto';

const digestOf = (parts: readonly (string | null)[]): Buffer => createHash('sha256').update(JSON.stringify(parts)).digest();

/** The same for the same parts in every run. Version 8: neither that of our own rooms nor that of private chats. */
export function importedId(...parts: readonly (string | null)[]): string {
  const digest = digestOf(parts);
  digest[6] = (digest[6]! & 0x0f) | 0x80;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Includes all that the message is, so that no two messages of two files are ever taken for one. */
export const importedClientMsgId = (...parts: readonly (string | null)[]): string => `import-${digestOf(parts).toString('hex', 0, 20)}`;
