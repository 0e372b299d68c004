import { z } from 'zod';
import { LIMITS } from '../limits.js';

/** Base64url of exactly so many bytes, without padding. */
const bytes = (count: number) =>
  z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((count * 4) / 3)}}$`), `must be base64url of ${count} bytes`);

/** `publicKey`: what a browser subscribes with (VAPID, base64url of 65 bytes); null: this installation sends nothing. */
export const PushKeyAnswer = z.object({ publicKey: z.string().nullable() }).meta({ id: 'PushKeyAnswer' });
export type PushKeyAnswer = z.output<typeof PushKeyAnswer>;

/** The languages in which the service words what is no message, by tag. */
export const PushLanguage = z.enum(['en', 'de']);
export type PushLanguage = z.output<typeof PushLanguage>;

/** `PushSubscription.toJSON()` of a browser as it is, and the language of the reader. */
export const PushSubscriptionRequest = z
  .strictObject({
    endpoint: z.url({ protocol: /^https?$/ }).max(LIMITS.pushEndpointMax),
    expirationTime: z.number().nullish(),
    keys: z.strictObject({ p256dh: bytes(65), auth: bytes(16) }),
    language: PushLanguage.default('en'),
  })
  .meta({ id: 'PushSubscriptionRequest' });
export type PushSubscriptionRequest = z.output<typeof PushSubscriptionRequest>;

/** Opens a room at a message: the address within the client. */
const ClientPath = z.string().regex(/^\/[^/\\]/, 'must be a path of this site');

/**
 * What a device is sent, encrypted for it alone. `notification` is worded so that browsers that know declarative push
 * (`web_push: 8030`) show it by themselves; `data.path` is the same address for the client's own worker.
 * `read`: rooms that were read elsewhere; their notifications go.
 */
export const PushPayload = z.union([
  z.object({
    web_push: z.literal(8030),
    notification: z.object({
      title: z.string(),
      body: z.string(),
      tag: z.string(),
      dir: z.literal('auto'),
      navigate: z.url(),
      data: z.object({ path: ClientPath }),
    }),
  }),
  z.object({ read: z.array(z.string()) }),
]);
export type PushPayload = z.output<typeof PushPayload>;
