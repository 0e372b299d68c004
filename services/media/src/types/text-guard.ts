import { Transform } from 'node:stream';
import { ParleyError } from '@parley/contracts';

/** Passes text on and fails at the first zero byte: what begins as text must stay text. */
export const textGuard = (): Transform =>
  new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (chunk.includes(0)) done(new ParleyError('MEDIA_TYPE_REFUSED'));
      else done(null, chunk);
    },
  });
