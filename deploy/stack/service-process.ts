import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '../..');
const RESTART_MS = 1_000;
const STOP_MS = 15_000;
const POLL_MS = 100;

export interface ServiceProcessOptions {
  /** Before each of its lines: `gateway-2`. */
  readonly label: string;
  /** From the root of the repository. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  readonly say: (line: string) => void;
}

/** One service as a process of its own, started again when it ends by itself, as an orchestrator would. */
export class ServiceProcess {
  #child: ChildProcess | undefined;
  #isStopping = false;
  #running: Promise<void> | undefined;

  readonly #options: ServiceProcessOptions;

  // Written out, because this file is run by stripping its types.
  constructor(options: ServiceProcessOptions) {
    this.#options = options;
  }

  get address(): string {
    return `127.0.0.1:${this.#options.port}`;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when it is ready; rejects when it ends for good before. */
  async ready(): Promise<void> {
    while (!this.#isStopping) {
      const answer = await fetch(`http://${this.address}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await delay(POLL_MS);
    }
  }

  /** Resolves when the process is gone, which it is at the latest after 15 s. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const child = this.#child;
    child?.kill('SIGTERM');
    const timer = setTimeout(() => child?.kill('SIGKILL'), STOP_MS);
    await this.#running;
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    const { label, say } = this.#options;
    while (!this.#isStopping) {
      const end = await this.#runOnce();
      if (this.#isStopping) return;
      say(`${label} ended with ${end}; it is started again`);
      await delay(RESTART_MS);
    }
  }

  async #runOnce(): Promise<number | NodeJS.Signals | null> {
    const { label, script, env, port, say } = this.#options;
    // In a group of its own: Ctrl-C at the terminal is for the one who started all of this.
    const child = spawn(process.execPath, ['--enable-source-maps', script], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child = child;
    const killNow = () => child.kill('SIGKILL');
    process.once('exit', killNow);
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', (line) => say(`${label} | ${line}`));
    const end = await new Promise<number | NodeJS.Signals | null>((resolve) =>
      child.once('close', (code, signal) => resolve(code ?? signal)),
    );
    process.off('exit', killNow);
    return end;
  }
}
