import { ACCESS_TOKEN_SECONDS_MAX } from '@parley/chat';
import { defineConfig } from '@parley/runtime';
import { z } from 'zod';

const wholeNumber = (least: number, most: number) =>
  z.coerce
    .number('must be a whole number')
    .int('must be a whole number')
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`);

/** What the whole installation agrees on about log-ins. */
export const accessTokenConfig = defineConfig(
  'PARLEY_',
  z.object({
    /** Life of an access token. Shorter ones mean more refreshes; a revoked session ends at once in any case. */
    ACCESS_TOKEN_SECONDS: wholeNumber(1, ACCESS_TOKEN_SECONDS_MAX).default(600),
  }),
);

/**
 * Cost of password hashes (argon2id) and how many are computed at once. The defaults are the least that OWASP allows;
 * hashes with lesser cost are renewed at the next log-in.
 */
export const authConfig = defineConfig(
  'PARLEY_AUTH_',
  z.object({
    /** Memory of one hash. The least is OWASP's; hashes with less are renewed at the next log-in. */
    HASH_MEMORY_KIB: wholeNumber(19_456, 1_048_576).default(19_456),
    /** Passes over that memory. */
    HASH_PASSES: wholeNumber(2, 20).default(2),
    /** Hashes that are computed at once. */
    HASH_SLOTS: wholeNumber(1, 64).default(2),
    /** Log-ins that may wait for a slot; more are answered BUSY. */
    HASH_QUEUE: wholeNumber(0, 10_000).default(50),
    /** Days after which a new key signs access tokens. 0: only when somebody asks for one (`npm run keys`). */
    KEY_DAYS: wholeNumber(0, 3_650).default(30),
  }),
);
