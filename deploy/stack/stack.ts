import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startKafka } from './kafka.ts';
import type { StarterOptions } from './local-server.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { startS3 } from './s3.ts';

interface Running {
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface RunningStack {
  /** The addresses of everything that runs, as the services' variables have them. */
  readonly env: Readonly<Record<string, string>>;
  /** What could not be had, each in one line that says what to install. */
  readonly missing: readonly string[];
  stop(): Promise<void>;
}

const STARTERS: Readonly<Record<string, (options: StarterOptions) => Promise<Running>>> = {
  kafka: startKafka,
  redis: startRedis,
  postgres: startPostgres,
  s3: startS3,
};

/**
 * Kafka, Redis, Postgres and S3, side by side: each the one whose address is given, else `docker`'s, else a program of our own. Data stay
 * in folders of `dir`, or in volumes that belong to it; a later start takes them up again.
 */
export async function startStack({ dir, ...options }: Omit<StarterOptions, 'port'>): Promise<RunningStack> {
  const env: Record<string, string> = {};
  const missing: string[] = [];
  const running: Running[] = [];
  await mkdir(dir, { recursive: true });
  await Promise.all(
    Object.entries(STARTERS).map(async ([name, start]) => {
      try {
        const component = await start({ dir: join(dir, name), ...options });
        running.push(component);
        Object.assign(env, component.env);
      } catch (error) {
        missing.push((error as Error).message);
      }
    }),
  );
  const stop = async () => {
    await Promise.all(running.map((component) => component.stop()));
  };
  return { env, missing, stop };
}
