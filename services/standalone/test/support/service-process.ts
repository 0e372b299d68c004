import { freePort } from '@parley/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.resolve(import.meta.dirname, '../../../..');

/** One service in a process of its own, from the build. */
export class ServiceProcess implements AsyncDisposable {
  readonly logs: string[] = [];
  #child: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();

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

  /** Resolves when it is ready; rejects with what it printed when it ends instead. */
  async start(shared: Readonly<Record<string, string>>): Promise<void> {
    const env = { PATH: process.env.PATH ?? '', NODE_ENV: 'test', PORT: String(this.port), ...shared, ...this.env };
    const child = spawn(process.execPath, ['--enable-source-maps', `services/${this.name}/dist/main.js`], { cwd: ROOT, env });
    this.#child = child;
    this.#exited = new Promise((resolve) => child.once('exit', resolve));
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
    this.#child?.kill('SIGTERM');
    await this.#exited;
    return this.#child?.exitCode ?? null;
  }

  /** At once, without a chance to say goodbye. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
