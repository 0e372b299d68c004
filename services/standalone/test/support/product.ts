import { commandOf, eventually, freePort, processTree } from '@parley/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { buildProduct } from './build.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const MAIN = path.join(ROOT, 'services/standalone/dist/main.js');
const START_MS = 30_000;
const STOP_MS = 10_000;
const LOG_LINES = 2_000;

export interface ProductOptions {
  /** Kept afterwards; without one a new folder is made and removed. */
  readonly dataDir?: string;
  /** Variables beside those that every test needs; they win. */
  readonly env?: Readonly<Record<string, string>>;
  /** `in-transaction:3`: the process dies there by itself. */
  readonly failpoints?: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Builds what is not built and starts the product as a user does; resolves when it is ready. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  await buildProduct();
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'parley-e2e-')));
  const product = new Product(dataDir, await freePort(), options.env ?? {}, options.dataDir === undefined);
  try {
    await product.start(options.failpoints);
    return product;
  } catch (error) {
    await product[Symbol.asyncDispose]();
    throw error;
  }
}

/** The built product in processes of its own, at one address and with one data folder over all restarts. */
export class Product implements AsyncDisposable {
  readonly url: string;
  readonly dataDir: string;
  /** What it printed since the first start. */
  readonly logs: string[] = [];
  #child: ChildProcess | undefined;
  #exited: Promise<Exit> = Promise.resolve({ code: null, signal: null });

  readonly #port: number;
  readonly #env: Readonly<Record<string, string>>;
  readonly #isTemporary: boolean;

  // Written out, because the benchmarks run this file by stripping its types.
  constructor(dataDir: string, port: number, env: Readonly<Record<string, string>>, isTemporary: boolean) {
    this.url = `http://127.0.0.1:${port}`;
    this.dataDir = dataDir;
    this.#port = port;
    this.#env = env;
    this.#isTemporary = isTemporary;
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('the product does not run');
    return this.#child.pid;
  }

  /** How the process ended, once it has: by a failpoint, by `kill`, by itself. */
  get exited(): Promise<Exit> {
    return this.#exited;
  }

  async start(failpoints?: string): Promise<void> {
    const child = spawn(process.execPath, ['--enable-source-maps', MAIN], {
      cwd: ROOT,
      env: { ...cleanEnvironment(), ...this.#variables(failpoints), ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    const ready = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          this.logs.push(line);
          if (this.logs.length > LOG_LINES) this.logs.shift();
          if (line.includes('Parley is ready')) resolve(); // Postgres says "ready" too, and earlier
        });
      }
    });
    const outcome = await Promise.race([ready.then(() => 'ready' as const), this.#exited, timeout(START_MS)]);
    if (outcome !== 'ready') throw new Error(`the product did not start (${JSON.stringify(outcome)}):\n${this.#lastLogs()}`);
  }

  /** At once, without a chance to say goodbye. Its database server lives on as an orphan unless it is killed as well. */
  async kill({ withDatabase = false } = {}): Promise<void> {
    const victims = withDatabase ? processTree(this.pid) : [this.pid];
    for (const pid of victims) end(pid, 'SIGKILL');
    await this.#exited;
  }

  /** As Ctrl-C or an orchestrator does. Rejects unless it ends with 0. */
  async stop(): Promise<void> {
    end(this.pid, 'SIGTERM');
    const outcome = await Promise.race([this.#exited, timeout(STOP_MS)]);
    if (outcome === 'timeout' || outcome.code !== 0) throw new Error(`SIGTERM led to ${JSON.stringify(outcome)}:\n${this.#lastLogs()}`);
  }

  /** While it runs: of its own database server. */
  databaseUrl(): string {
    const read = (file: string) => readFileSync(path.join(this.dataDir, 'postgres', file), 'utf8');
    const port = read('cluster/postmaster.pid').split('\n')[3];
    return `postgres://parley:${read('password').trim()}@127.0.0.1:${port}/postgres`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const tree = this.#child?.pid === undefined ? [] : processTree(this.#child.pid);
    for (const pid of new Set([...tree, ...this.#orphans()])) end(pid, 'SIGKILL');
    await this.#exited;
    await eventually(() => this.#orphans().length === 0, { describe: 'the database server is gone' });
    if (this.#isTemporary) await rm(this.dataDir, { recursive: true, force: true, maxRetries: 10 });
  }

  #variables(failpoints: string | undefined): Record<string, string> {
    return {
      NODE_ENV: 'test',
      PORT: String(this.#port),
      PARLEY_DATA_DIR: this.dataDir,
      ...(failpoints === undefined ? {} : { PARLEY_FAILPOINTS: failpoints }),
    };
  }

  /** The database server of our folder and its children, whoever started it. */
  #orphans(): number[] {
    return globSync('{*/,}postmaster.pid', { cwd: this.dataDir }).flatMap((file) => {
      const pid = Number(readFileSync(path.join(this.dataDir, file), 'utf8').split('\n', 1)[0]);
      const tree = processTree(pid);
      return tree.length > 0 && commandOf(pid).includes(this.dataDir) ? tree : [];
    });
  }

  #lastLogs(): string {
    return this.logs.slice(-60).join('\n');
  }
}

/** The variables of whoever runs the tests are no part of them. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PARLEY_') && !name.startsWith('VITEST')));
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function timeout(ms: number): Promise<'timeout'> {
  return new Promise((resolve) => setTimeout(resolve, ms, 'timeout').unref());
}
