import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** What a starter of this folder gives back; see `startKafka`. */
interface Running {
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

interface StarterOptions {
  readonly dir: string;
  readonly cacheDir: string;
  readonly log: (line: string) => void;
}

/** Loaded when they are wanted. A component joins the tests by a line here. */
const STARTERS = {
  kafka: async () => (await import('./kafka.ts')).startKafka,
  redis: async () => (await import('./redis.ts')).startRedis,
  s3: async () => (await import('./s3.ts')).startS3,
} satisfies Record<string, () => Promise<(options: StarterOptions) => Promise<Running>>>;

export type StackComponent = keyof typeof STARTERS;

declare module 'vitest' {
  interface ProvidedContext {
    /** The addresses of everything that runs, as the services' variables have them. */
    stackEnv: Record<string, string>;
    /** The same for each worker of the project `stack`, whose files need the names of all topics for themselves. The first is `stackEnv`. */
    stackEnvs: readonly Record<string, string>[];
    /** Why a component is not there. */
    stackMissing: Partial<Record<StackComponent, string>>;
  }
}

/** Engines that are given are one set, and whole products take turns on them. */
export const TEST_STACKS = ['PARLEY_KAFKA_BROKERS', 'PARLEY_REDIS_URL', 'PARLEY_S3_ENDPOINT'].some((name) => process.env[name]) ? 1 : 2;

const CACHE = join(import.meta.dirname, '../../.cache/stack');
const log = (line: string) => process.stderr.write(`stack: ${line}\n`);

/**
 * Real components for the tests of the projects `stack` and `engines`, started side by side, once for the run and for each worker. Where one cannot be had, its
 * tests are skipped and this says so; with PARLEY_STACK=required that is a failure.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (project.vitest.getProvidedContext().stackEnv) return async () => undefined; // another project has asked before
  const dir = await mkdtemp(join(tmpdir(), 'parley-stack-'));
  const envs: Record<string, string>[] = Array.from({ length: TEST_STACKS }, () => ({}));
  const missing: Partial<Record<StackComponent, string>> = {};
  const running: Running[] = [];
  const start = async (name: StackComponent) => {
    try {
      const starter = await STARTERS[name]();
      // One after the other: on a new machine the first obtains the program.
      for (const [place, env] of envs.entries()) {
        const component = await starter({ dir: join(dir, `${name}-${place}`), cacheDir: CACHE, log });
        running.push(component);
        Object.assign(env, component.env);
      }
    } catch (error) {
      missing[name] = (error as Error).message;
    }
  };
  await Promise.all((Object.keys(STARTERS) as StackComponent[]).map(start));
  const stop = async () => {
    await Promise.all(running.map((component) => component.stop()));
    await rm(dir, { recursive: true, force: true });
  };
  const reasons = Object.entries(missing).map(([name, reason]) => `${name}: ${reason}`);
  if (reasons.length > 0 && process.env.PARLEY_STACK === 'required') {
    await stop();
    throw new Error(`PARLEY_STACK=required, but\n  ${reasons.join('\n  ')}`);
  }
  for (const reason of reasons) log(`!!! ITS TESTS ARE SKIPPED !!! ${reason}`);
  project.vitest.provide('stackEnv', envs[0]!);
  project.vitest.provide('stackEnvs', envs);
  project.vitest.provide('stackMissing', missing);
  return stop;
}
