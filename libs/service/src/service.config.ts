import { defineConfig } from '@parley/runtime';
import { z } from 'zod';

const Address = z
  .url({ protocol: /^https?$/, error: 'must be an address like http://rooms:8080' })
  .transform((url) => url.replace(/\/+$/, ''));

/** What a service in a process of its own needs to know of the others. */
export const serviceConfig = defineConfig(
  'PARLEY_',
  z.object({
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be an address like postgres://user:password@host/database' }),
    /** Shown by services to each other, and by nobody else. */
    SERVICE_CREDENTIAL: z
      .string('is missing: any secret of 32 characters or more, the same for all services')
      .min(32, 'must have at least 32 characters'),
    AUTH_URL: Address.default('http://auth:8080'),
    ROOMS_URL: Address.default('http://rooms:8080'),
    MESSAGES_URL: Address.default('http://messages:8080'),
    DATA_DIR: z.string().default('./.parley'),
    LIMITS_FACTOR: z.coerce.number('must be a number').min(0, 'must not be negative').default(1),
  }),
);
