import { Database, type ServiceSchema } from '@parley/db';
import { CreateFiles1763704800000 } from './migrations/1763704800000-create-files.js';

/** Hand-written SQL only: most of it moves rows between states, with conditions. */
export class MediaDatabase extends Database {}

export const mediaSchema: ServiceSchema = { schema: 'media', entities: [], migrations: [CreateFiles1763704800000] };
