import { z } from 'zod';
import { defineConfig } from './config.js';

/** "https://chat.example" and nothing behind it. */
const Origin = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  context.addIssue({ code: 'custom', message: 'must be the address of a web site without a path, like https://chat.example' });
  return z.NEVER;
});

const OriginList = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .pipe(z.array(Origin));

/** Proxies that stand in front and append to `X-Forwarded-For`; `true` is one. */
const ProxyCount = z
  .string()
  .default('false')
  .transform((text, context) => {
    if (text === 'false') return 0;
    if (text === 'true') return 1;
    if (/^[0-9]$/.test(text)) return Number(text);
    context.addIssue({ code: 'custom', message: 'must be true, false or the number of proxies in front' });
    return z.NEVER;
  });

/** 0 lets the system choose, for tests. */
const Port = z
  .string()
  .regex(/^[0-9]{1,5}$/, 'must be a port number')
  .transform(Number)
  .pipe(z.number().max(65_535, 'must be a port number'));

/** What every process of Parley that serves HTTP takes. */
export const serverConfig = defineConfig(
  'PARLEY_',
  z.object({
    /** Where people reach it: its own origin, the session cookie's security, links in invites. Default: this machine, for trying it out. */
    PUBLIC_URL: Origin.optional(),
    /** Further web origins that may connect, separated by commas. */
    ALLOWED_ORIGINS: OriginList,
    /** fatal, error, warn, info, debug, trace or silent. */
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    /** `true`, or how many proxies stand in front and append to `X-Forwarded-For`. */
    TRUST_PROXY: ProxyCount,
    /** Health and metrics go here instead of the main port. */
    MANAGEMENT_PORT: Port.optional(),
    /** Tests only, see `armFailpoints`. */
    FAILPOINTS: z.string().optional(),
  }),
);

/** The variables without a prefix, named as every platform names them. */
export const listenConfig = defineConfig(
  '',
  z.object({
    /** Where it listens. 0: the system chooses. */
    PORT: Port.default(8080),
    /** The address it listens on; 0.0.0.0 in containers. */
    HOST: z.string().default('127.0.0.1'),
    /** `production` in containers; `test` lets tests do what is refused otherwise. */
    NODE_ENV: z.string().optional(),
  }),
);
