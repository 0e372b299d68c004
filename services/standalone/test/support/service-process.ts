import { freePort } from '@parley/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.resolve(import.meta.dirname, '../../../..');

/** One service in a process of its own, from the build. */
export class ServiceProcess implements AsyncDisposable {
  readonly logs: string[] = [];
  #child: ChildProcess | undefined;
  #exited: Promise<number | NodeJS.Signals | null> = Promise.resolve(null);

  private constructor(
    readonly name: string,
    readonly port: number,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async reserve(name: string, env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
    return new ServiceProcess(name, await freePort(), env);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error(`${this.name} was not started`);
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Stands still after SIGSTOP, its own or a test's. */
  get isFrozen(): boolean {
    return this.isRunning && / T /.test(readFileSync(`/proc/${this.pid}/stat`, 'utf8').replace(/^.*\)/, ''));
  }

  /** Exit code or signal, once it has ended. */
  get exited(): Promise<number | NodeJS.Signals | null> {
    return this.#exited;
  }

  /** Resolves when it is ready; rejects with what it printed when it ends instead. */
  async start(shared: Readonly<Record<string, string>>): Promise<void> {
    const env = { PATH: process.env.PATH ?? '', NODE_ENV: 'test', PORT: String(this.port), ...shared, ...this.env };
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', `services/${this.name}/dist/${this.name === 'web' ? 'server/' : ''}main.js`],
      { cwd: ROOT, env },
    );
    this.#child = child;
    this.#exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
    const isReady = new Promise<boolean>((resolve) => {
      void this.#exited.then(() => resolve(false));
      for (const stream of [child.stdout, child.stderr])
        createInterface({ input: stream }).on('line', (line) => {
          this.logs.push(line);
          if (line.includes('is ready at')) resolve(true);
        });
    });
    if (!(await isReady)) throw new Error(`${this.name} did not start:\n${this.logs.join('\n')}`);
  }

  /** Resolves with the exit code. */
  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    await this.#exited;
    return this.#child?.exitCode ?? null;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** At once, without a chance to say goodbye. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
