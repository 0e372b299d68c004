import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { parse as parseUuid, stringify as stringifyUuid } from 'uuid';

const ID_BYTES = 16;
const SECRET_BYTES = 32;
/** 64 characters. */
const TOKEN = /^[A-Za-z0-9_-]{64}$/;
/** How far back an old cookie is recognised: at one refresh in ten minutes, longer than a session lives. */
const ANCESTORS_MAX = 5_000;

/** An answer to a refresh can get lost, and tabs refresh at the same time: the direct predecessor stays good for so long. */
export const GRACE_MS = 10_000;

/** What a session cookie says: which session, and a secret of 256 bits. */
export interface SessionToken {
  readonly sessionId: string;
  readonly secret: Buffer;
}

export interface TokenFamily {
  readonly tokenHash: Buffer;
  readonly rotationKey: Buffer;
  readonly generation: number;
}

export const newSecret = (): Buffer => randomBytes(SECRET_BYTES);

export function formatToken({ sessionId, secret }: SessionToken): string {
  return Buffer.concat([parseUuid(sessionId), secret]).toString('base64url');
}

export function parseToken(text: string | undefined): SessionToken | undefined {
  if (text === undefined || !TOKEN.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  try {
    return { sessionId: stringifyUuid(bytes.subarray(0, ID_BYTES)), secret: bytes.subarray(ID_BYTES) };
  } catch {
    return undefined; // not the shape of any id
  }
}

/**
 * Every cookie follows from the one before, so an answer that was lost can be given again, and an old cookie can be
 * told from an invented one, without any cookie being stored. Who has the database but no cookie can derive none.
 */
export function successorOf(secret: Buffer, rotationKey: Buffer): Buffer {
  return createHmac('sha256', rotationKey).update(secret).digest();
}

export const hashOf = (secret: Buffer): Buffer => hash('sha256', secret, 'buffer');

/** How many generations a secret is behind: 0 is the present one, undefined was never one of this family. */
export function generationsBehind(secret: Buffer, family: TokenFamily): number | undefined {
  const most = Math.min(family.generation, ANCESTORS_MAX);
  let candidate = secret;
  for (let behind = 0; behind <= most; behind += 1) {
    if (timingSafeEqual(hashOf(candidate), family.tokenHash)) return behind;
    candidate = successorOf(candidate, family.rotationKey);
  }
  return undefined;
}
