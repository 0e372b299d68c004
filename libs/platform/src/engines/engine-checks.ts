import { assertMigrated, migrate, postgresTrouble, SchemaError, type AppliedMigration, type ServiceSchema } from '@parley/db';
import type { PlatformOptions } from '../platform-options.js';
import type { EngineCheck } from './engine-check.js';

export interface DatabaseDemand {
  readonly url: string;
  readonly schemas: readonly ServiceSchema[];
  /** Given: schemas are brought up to date, and this is told what was done. Absent: somebody else does that. */
  readonly onMigrated?: (applied: readonly AppliedMigration[]) => void;
}

/** Postgres answers to our credentials, and its schemas are those of this version. */
export function postgresCheck({ url, schemas, onMigrated }: DatabaseDemand): EngineCheck {
  let mayMigrate = onMigrated !== undefined;
  return {
    name: 'postgres',
    async assertUsable() {
      try {
        if (mayMigrate) onMigrated?.(await migrate(url, schemas));
        else await assertMigrated(url, schemas);
        mayMigrate = false; // once is enough
      } catch (error) {
        throw error instanceof SchemaError ? error : postgresTrouble(error, url);
      }
    },
  };
}

/** Everything outside of the process that a mode stands on. */
export async function engineChecks(platform: PlatformOptions, database: DatabaseDemand | undefined): Promise<EngineCheck[]> {
  const checks = database ? [postgresCheck(database)] : [];
  if (platform.mode === 'embedded') return checks;
  const { distributedChecks } = await import('./distributed-checks.js');
  return [...checks, ...distributedChecks(platform)];
}
