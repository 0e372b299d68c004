import { Metrics } from '@parley/telemetry';
import type { Database, DatabaseOptions, ServiceSchema } from './database.js';

/** Nest token of the address of Postgres; provided by the composition of the run mode. */
export const DATABASE_URL = Symbol('DATABASE_URL');

/** Opens a service's database when its module starts. */
export function provideDatabase<D extends Database>(
  type: new (options: DatabaseOptions, schema: ServiceSchema) => D,
  schema: ServiceSchema,
  options: { poolSize?: number } = {},
) {
  return {
    provide: type,
    inject: [DATABASE_URL, { token: Metrics, optional: true }],
    useFactory: async (url: string, metrics?: Metrics): Promise<D> => {
      const database = new type({ url, metrics, ...options }, schema);
      await database.open();
      return database;
    },
  };
}
