import { Database, type ServiceSchema } from '@parley/db';
import { CreateLog1764000000000 } from './migrations/1764000000000-create-log.js';

/** Tables of the embedded event log. To be migrated before `PlatformModule` starts in embedded mode. */
export const logSchema: ServiceSchema = { schema: 'log', entities: [], migrations: [CreateLog1764000000000] };

export class LogDatabase extends Database {}
