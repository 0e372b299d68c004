import { authSchema } from '@parley/auth';
import type { ServiceSchema } from '@parley/db';
import { mediaSchema } from '@parley/media';
import { messagesSchema } from '@parley/messages';
import { roomsSchema } from '@parley/rooms';

/** What the services keep in Postgres. */
export const SERVICE_SCHEMAS: readonly ServiceSchema[] = [authSchema, roomsSchema, messagesSchema, mediaSchema];
