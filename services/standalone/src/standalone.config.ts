import { defineConfig } from '@parley/runtime';
import { z } from 'zod';

export const standaloneConfig = defineConfig(
  'PARLEY_',
  z.object({
    /** Database, uploads and generated keys. Deleting it is a factory reset. */
    DATA_DIR: z.string().default('./.parley'),
    /** Multiplies every rate limit; 0 switches them off. */
    LIMITS_FACTOR: z.coerce.number('must be a number').min(0, 'must not be negative').default(1),
  }),
);
