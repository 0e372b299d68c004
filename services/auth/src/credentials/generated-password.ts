import { randomInt } from 'node:crypto';

/** Without characters that people take for one another: 0 O o, 1 l I, 5 S, 2 Z. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRTUVWXY346789';
const GROUPS = 4;
const GROUP_LENGTH = 5;

/** 20 random characters (some 113 bits) in groups that can be read aloud: `kT7ha-…`. */
export function generatePassword(): string {
  const group = () => Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}
