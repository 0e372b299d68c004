import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { freePorts, type ContainerOptions, type Containers, type RunningComponent } from './local-server.ts';

const ROOT = join(import.meta.dirname, '../..');
const FILES = ['-f', join(ROOT, 'docker-compose.yml'), '-f', join(import.meta.dirname, 'engines.compose.yml')];
const INFO_MS = 3_000;
/** Fetching an image may take long; being healthy after that may not. */
const UP_MS = 600_000;
const HEALTHY_S = 120;
/** Less than an installation gives them: what is stopped in the middle of its first start may hear no signal. */
const DOWN = ['down', '-t', '20'];

interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The engines of docker-compose.yml as containers of this machine's Docker, if one runs: `docker info` answers. It is asked when the
 * first component wants it, and not at all with PARLEY_STACK_DOCKER=never.
 */
export class Docker implements Containers {
  readonly #log: (line: string) => void;
  readonly #closing = new AbortController();
  readonly #stops: (() => Promise<void>)[] = [];
  #images: Promise<ReadonlyMap<string, string> | undefined> | undefined;

  // Written out, because this file is run by stripping its types.
  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** Undefined without a running Docker, and, with a line that says why, when Docker cannot give this one. Rejects after `close`. */
  async start({ service, name, dir, port: wanted, env, prepare }: ContainerOptions): Promise<RunningComponent | undefined> {
    this.#images ??= this.#askForImages();
    const image = (await this.#images)?.get(service);
    this.#closing.signal.throwIfAborted();
    if (image === undefined) return undefined;
    const began = performance.now();
    const port = wanted ?? (await freePorts(1))[0]!;
    const project = `parley-stack-${service}-${createHash('sha256').update(resolve(dir)).digest('hex').slice(0, 8)}`;
    const compose = ['compose', '-p', project, ...FILES];
    const composeEnv = { STACK_PORT: String(port) };
    const leave = () => {
      spawn('docker', [...compose, ...DOWN], {
        cwd: ROOT,
        env: { ...process.env, ...composeEnv },
        stdio: 'ignore',
        detached: true,
      }).unref();
    };
    process.once('exit', leave);
    this.#log(`${name}: starting ${image} with Docker …`);
    const inProject = (args: readonly string[], signal: AbortSignal) => run([...compose, ...args], composeEnv, signal);
    const patience = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(UP_MS)]);
    const bringUp = async (): Promise<Answer> => {
      const pulled = await inProject(['pull', '-q', '--policy', 'missing', service], patience);
      if (pulled.code !== 0) return pulled;
      // Not to be given up: the engine goes on making a container that its client waits for no longer, and `down` would not see it.
      const made = await inProject(['create', service], AbortSignal.timeout(UP_MS));
      if (made.code !== 0) return made;
      return inProject(['up', '-d', '--wait', '--wait-timeout', String(HEALTHY_S), service], patience);
    };
    const up = bringUp();
    let down: Promise<void> | undefined;
    const takeDown = async () => {
      await up; // until then it may make a container
      const { code, stderr } = await inProject(DOWN, AbortSignal.timeout(UP_MS));
      if (code === 0) process.off('exit', leave);
      else this.#log(`${name}: Docker did not take it down: ${lastLine(stderr)}`);
    };
    const stop = () => (down ??= takeDown());
    this.#stops.push(stop);
    try {
      const { code, stderr } = await up;
      if (code !== 0) throw new Error(lastLine(stderr));
      await prepare?.(port);
    } catch (error) {
      await stop();
      this.#closing.signal.throwIfAborted();
      this.#log(`${name}: not from Docker: ${(error as Error).message}`);
      return undefined;
    }
    const version = /:([^:/@]+)(?:@.*)?$/.exec(image)?.[1] ?? 'unknown';
    const origin = `Docker, ${image}`;
    this.#log(`${name} ${version} at 127.0.0.1:${port} in ${Math.round(performance.now() - began)} ms (${origin})`);
    return { env: env(`127.0.0.1:${port}`), version, origin, pid: undefined, kill: () => notOurs(name), stop };
  }

  /** Takes everything down, also what is only starting. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#stops.map((stop) => stop()));
  }

  /** The images by service, undefined when there is no Docker to run them. */
  async #askForImages(): Promise<ReadonlyMap<string, string> | undefined> {
    const choice = process.env.PARLEY_STACK_DOCKER || 'auto';
    if (choice === 'never') return undefined;
    if (choice !== 'auto') throw new Error(`PARLEY_STACK_DOCKER is ${choice}; it can be auto or never`);
    const info = await run(['info'], {}, AbortSignal.timeout(INFO_MS));
    if (info.code !== 0) return undefined;
    const config = await run(['compose', ...FILES, 'config', '--format', 'json'], {}, AbortSignal.timeout(INFO_MS * 10));
    if (config.code !== 0) {
      this.#log(`Docker runs, but its Compose cannot read our files (2.24.4 or newer can): ${lastLine(config.stderr)}`);
      return undefined;
    }
    const { services } = JSON.parse(config.stdout) as { services: Record<string, { image: string }> };
    return new Map(Object.entries(services).map(([service, { image }]) => [service, image]));
  }
}

function notOurs(name: string): never {
  throw new Error(`${name} runs in Docker: it has no process of ours to kill`);
}

/** In a process group of its own: Ctrl-C at the terminal is for the one who started all of this. */
function run(args: readonly string[], env: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    const child = spawn('docker', args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      signal,
    });
    const answer = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => (answer[name] += text));
    child.on('error', (error) => (answer.stderr += `\n${error.message}`)); // also when it is not installed
    child.on('close', (code) => resolve({ code: code ?? -1, ...answer }));
  });
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) || 'it said nothing';
