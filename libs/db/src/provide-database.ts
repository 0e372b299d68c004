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
    inject: [DATABASE_URL],
    useFactory: async (url: string): Promise<D> => {
      const database = new type({ url, ...options }, schema);
      await database.open();
      return database;
    },
  };
}
