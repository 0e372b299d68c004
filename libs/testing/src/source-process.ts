import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** Compiles as the tests are compiled, so that nothing has to be built first. */
const RUN = `
import { loadConfigFromFile, runnerImport } from 'vite';
const { config } = await loadConfigFromFile({ command: 'serve', mode: 'test' }, 'vitest.config.ts');
await runnerImport(process.argv[1], { oxc: config.oxc, resolve: config.resolve, ssr: config.ssr, configFile: false });
`;

export interface SourceProcessOptions {
  /** From the third of `process.argv` on, as usual. */
  readonly args?: readonly string[];
  /** In place of the test's own variables; `PATH` is kept. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A real process that runs a TypeScript file, for tests that kill processes. It leads its own process group. */
export class SourceProcess implements AsyncDisposable {
  readonly process: ChildProcess;
  /** Exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals | null>;
  stdout = '';
  stderr = '';
  readonly #firstLine: Promise<string>;

  constructor(file: URL, { args = [], env = {} }: SourceProcessOptions = {}) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', RUN, fileURLToPath(file), ...args], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.process = child;
    this.exited = new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.#firstLine = new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('close', (code, signal) => reject(new Error(`${file.href} ended (${signal ?? code}) without an answer: ${this.stderr}`)));
    });
    this.#firstLine.catch(() => undefined); // only those who wait for an answer need one
  }

  get pid(): number {
    return this.process.pid ?? -1;
  }

  /** The first line that it prints, which is JSON. */
  async answer<Answer>(): Promise<Answer> {
    return JSON.parse(await this.#firstLine) as Answer;
  }

  /** Resolves when it is gone. */
  async kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    this.process.kill(signal);
    return this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill('SIGKILL');
  }
}
