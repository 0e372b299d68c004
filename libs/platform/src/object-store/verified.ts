import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';

/** Passes the bytes on and fails instead of ending when they are not those that were stored. */
export function verified(sha256: string): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      done(hash.digest('hex') === sha256 ? null : new Error('the stored object is damaged'));
    },
  });
}
