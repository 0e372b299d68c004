import { S3Error } from 'minio';

const MISSING = new Set(['NoSuchKey', 'NotFound']);
const REFUSED = new Set(['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'AccessDenied', 'Forbidden']);

export const isMissing = (error: unknown): boolean => error instanceof S3Error && MISSING.has(error.code ?? '');

export const isBeyondEnd = (error: unknown): boolean => error instanceof S3Error && error.code === 'InvalidRange';

/** The same error in words that say what is to be done about it. */
export function explained(error: unknown, { endpoint, bucket }: { endpoint: string; bucket: string }): Error {
  const { code = '', message } = error as { code?: string; message: string };
  const say = (text: string) => new Error(text, { cause: error });
  if (code === 'NoSuchBucket') return say(`S3 at ${endpoint} has no bucket "${bucket}": create it, or correct PARLEY_S3_BUCKET`);
  if (REFUSED.has(code)) {
    return say(
      `S3 at ${endpoint} refuses our credentials for the bucket "${bucket}": correct PARLEY_S3_ACCESS_KEY and PARLEY_S3_SECRET_KEY`,
    );
  }
  if (error instanceof S3Error) return say(`S3 at ${endpoint}: ${message} (${code})`);
  return say(`S3 at ${endpoint} cannot be reached: ${message || code}; is PARLEY_S3_ENDPOINT right?`);
}
