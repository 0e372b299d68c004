/** What every access token says and every verifier insists on; the auth service signs with the same words. */
export const ACCESS_TOKEN = {
  issuer: 'parley',
  audience: 'parley',
  type: 'at+jwt',
  algorithm: 'EdDSA',
} as const;

/** Longest life that an installation may choose; revocations are remembered for as long. */
export const ACCESS_TOKEN_SECONDS_MAX = 3600;

/** A token is accepted for this long after it ended, because the clocks of two machines differ. Never before it begins. */
export const ACCESS_TOKEN_LEEWAY_SECONDS = 5;
