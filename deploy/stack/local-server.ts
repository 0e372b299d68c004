import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What every starter of this folder takes. */
export interface StarterOptions {
  /** Data and log of the component. */
  readonly dir: string;
  /** Where programs are kept. */
  readonly cacheDir: string;
  readonly log: (line: string) => void;
  /** Default: a free one. */
  readonly port?: number;
  /** Asked before programs are looked for. Default: none, for those who need a process that they can kill. */
  readonly docker?: Containers;
}

/** What every starter of this folder gives back. */
export interface RunningComponent {
  /** Addresses and credentials, as the services' variables have them. */
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
  /** How it was obtained. */
  readonly origin: string;
  /** Undefined when no process of ours is it: it was given, or runs in Docker. */
  readonly pid: number | undefined;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the process has ended. */
  stop(): Promise<void>;
}

export interface ContainerOptions {
  /** As docker-compose.yml names it. */
  readonly service: 'kafka' | 'redis' | 'postgres' | 'minio';
  /** For people. */
  readonly name: string;
  /** The folder that its data would have: each has a project, and with it a volume, of its own. */
  readonly dir: string;
  /** Default: a free one. */
  readonly port?: number | undefined;
  /** What the services are told of `127.0.0.1:port`. */
  readonly env: (address: string) => Readonly<Record<string, string>>;
  /** The last step of its start. */
  readonly prepare?: (port: number) => Promise<unknown>;
}

/** Something that runs the engines of docker-compose.yml: see docker.ts. */
export interface Containers {
  /**
   * A healthy container, published on 127.0.0.1; undefined when there is none to be had. `stop` takes it down and keeps its volume; an end
   * of this process does the same.
   */
  start(options: ContainerOptions): Promise<RunningComponent | undefined>;
}

export interface LocalServer {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

interface LocalServerOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly dir: string;
  readonly startMs?: number;
  readonly stopMs?: number;
  /** Throws or answers false while the server is not there yet. */
  readonly isReady: () => Promise<boolean>;
}

const POLL_MS = 20;

/**
 * Starts a program in a process group of its own and waits until it answers. What it says goes to `<name>.log` in its
 * folder. It ends with this process at the latest.
 */
export async function startServer(options: LocalServerOptions): Promise<LocalServer> {
  const { name, dir, startMs = 30_000, stopMs = 10_000 } = options;
  await mkdir(dir, { recursive: true });
  const logFile = join(dir, `${name}.log`);
  const output = openSync(logFile, 'a');
  const env = { ...process.env, ...options.env };
  const child = spawn(options.command, options.args, { cwd: dir, env, stdio: ['ignore', output, output], detached: true });
  closeSync(output);
  let fault: string | undefined;
  child.once('error', (error) => (fault = error.message));
  child.once('exit', (code, signal) => (fault ??= `it ended with ${code ?? signal}`));
  const kill = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, signal);
    } catch {
      // It has ended by itself.
    }
  };
  const killNow = () => kill('SIGKILL');
  process.once('exit', killNow);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  }).finally(() => process.off('exit', killNow));
  const stop = async () => {
    kill('SIGCONT');
    kill('SIGTERM');
    const timer = setTimeout(killNow, stopMs);
    await ended;
    clearTimeout(timer);
  };
  for (const deadline = performance.now() + startMs; ; await delay(POLL_MS)) {
    if (fault !== undefined) throw new Error(`${name} did not start: ${fault}: ${lastLines(logFile)}`);
    if (await options.isReady().catch(() => false)) break;
    if (performance.now() < deadline) continue;
    killNow();
    await ended;
    throw new Error(`${name} was not ready within ${startMs} ms: ${lastLines(logFile)}`);
  }
  return { pid: child.pid!, kill, stop };
}

/** A component whose address was given in the environment: nothing is started, nothing is stopped. */
export function givenComponent(env: Readonly<Record<string, string>>, variable: string): RunningComponent {
  return {
    env,
    version: 'unknown',
    origin: variable,
    pid: undefined,
    kill: () => {
      throw new Error(`the server of ${variable} is not ours to kill`);
    },
    stop: async () => undefined,
  };
}

/** Makes the folder whole or not at all: two processes that fetch at once do the work twice, and the first one's stays. */
export async function makeWhole(dir: string, fill: (target: string) => Promise<void>): Promise<void> {
  if (await exists(dir)) return;
  const target = `${dir}.${process.pid}-${Date.now()}`;
  await mkdir(target, { recursive: true });
  try {
    await fill(target);
    await rename(target, dir).catch(async (error) => {
      if (!(await exists(dir))) throw error;
    });
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}

/** So many different ports of 127.0.0.1 that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(
    servers.map((server) => {
      server.close();
      return once(server, 'close');
    }),
  );
  return ports;
}

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const lastLines = (file: string): string => readFileSync(file, 'utf8').trim().split('\n').slice(-4).join(' | ') || 'it said nothing';
