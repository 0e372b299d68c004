import { defineConfig } from '@parley/runtime';
import { z } from 'zod';

const bytes = (count: number) =>
  z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((count * 4) / 3)}}$`), `must be base64url of ${count} bytes`);

/** Web Push: messages to people whose page is closed. */
export const pushConfig = defineConfig(
  'PARLEY_PUSH_',
  z.object({
    /** Whether push messages are sent. It takes a way to the internet: browsers say where theirs are taken. */
    ENABLED: z.stringbool('must be true or false').default(true),
    /** VAPID key (P-256, base64url of 32 bytes). Without one it is made at the first start and kept in the database. */
    PRIVATE_KEY: bytes(32).optional(),
    /** Whom push services write to when something is wrong: an https: or mailto: address. Default: `PARLEY_PUBLIC_URL`. */
    CONTACT: z
      .string()
      .regex(/^(?:https:\/\/|mailto:)\S+$/, 'must be an https: or mailto: address')
      .optional(),
    /** How long a push message is withheld: whoever reads meanwhile gets none. */
    DELAY_MS: z.coerce.number('must be a whole number').int('must be a whole number').min(0).max(60_000).default(5_000),
    /** Tests only: also sends to addresses of private networks, and without TLS. */
    PRIVATE_ADDRESSES: z.stringbool('must be true or false').default(false),
  }),
);
