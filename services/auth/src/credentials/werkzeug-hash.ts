import { pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** What makes a key of a password; `salt` goes in as the characters that it is written in. */
interface WerkzeugHash {
  readonly derive: (password: string, keyLength: number) => Promise<Buffer>;
  readonly key: Buffer;
}

/** Bounds on what one log-in may cost: an imported file is not to be trusted with our processors and memory. */
const SCRYPT_BYTES_MAX = 256 * 1024 * 1024;
const SCRYPT_PARALLEL_MAX = 8;
const PBKDF2_ROUNDS_MAX = 2_000_000;

const SCRYPT = /^scrypt:(?<n>\d{1,7}):(?<r>\d{1,2}):(?<p>\d{1,2})\$(?<salt>[^$]{1,128})\$(?<key>[0-9a-f]{128})$/;
const PBKDF2 = /^pbkdf2:(?<digest>sha1|sha256|sha512):(?<rounds>\d{1,7})\$(?<salt>[^$]{1,128})\$(?<key>(?:[0-9a-f]{2}){20,64})$/;

/** Whether this is a password hash as Werkzeug (Flask) writes it, of bearable cost: those of imported accounts. */
export const isWerkzeugHash = (encoded: string): boolean => parse(encoded) !== undefined;

/** false also for what is no such hash. */
export async function verifyWerkzeugHash(encoded: string, password: string): Promise<boolean> {
  const hash = parse(encoded);
  return hash !== undefined && timingSafeEqual(await hash.derive(password, hash.key.length), hash.key);
}

function parse(encoded: string): WerkzeugHash | undefined {
  return parseScrypt(SCRYPT.exec(encoded)?.groups) ?? parsePbkdf2(PBKDF2.exec(encoded)?.groups);
}

function parseScrypt(parts: Record<string, string> | undefined): WerkzeugHash | undefined {
  if (!parts) return undefined;
  const { salt = '', key = '' } = parts;
  const [N, r, p] = [Number(parts['n']), Number(parts['r']), Number(parts['p'])];
  const isPowerOfTwo = N >= 2 && (N & (N - 1)) === 0;
  if (!isPowerOfTwo || r < 1 || p < 1 || p > SCRYPT_PARALLEL_MAX || 128 * N * r > SCRYPT_BYTES_MAX) return undefined;
  const options = { N, r, p, maxmem: 2 * SCRYPT_BYTES_MAX };
  return { key: Buffer.from(key, 'hex'), derive: (password, length) => scryptAsync(password, salt, length, options) };
}

function parsePbkdf2(parts: Record<string, string> | undefined): WerkzeugHash | undefined {
  if (!parts) return undefined;
  const { salt = '', key = '', digest = '' } = parts;
  const rounds = Number(parts['rounds']);
  if (rounds < 1 || rounds > PBKDF2_ROUNDS_MAX) return undefined;
  return { key: Buffer.from(key, 'hex'), derive: (password, length) => pbkdf2Async(password, salt, rounds, length, digest) };
}

const pbkdf2Async = promisify(pbkdf2);
const scryptAsync = promisify<string, string, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);
