import { MEDIA_MAX_BYTES_DEFAULT } from '@parley/contracts';
import { defineConfig } from '@parley/runtime';
import { z } from 'zod';

/** What the media service enforces and gateways tell clients beforehand. */
export const mediaLimitConfig = defineConfig(
  'PARLEY_MEDIA_',
  z.object({
    /** The largest file that may be uploaded, in bytes. */
    MAX_BYTES: z.coerce
      .number('must be a number of bytes')
      .int('must be a number of bytes')
      .min(1, 'must be at least 1')
      .max(8 * 1024 ** 3, 'must be at most 8 GiB')
      .default(MEDIA_MAX_BYTES_DEFAULT),
  }),
);
