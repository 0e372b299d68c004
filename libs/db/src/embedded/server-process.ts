import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { stopPostmaster } from './postmaster.js';
import type { ServerUser } from './server-user.js';

export interface ServerOptions {
  readonly postgres: string;
  readonly clusterDir: string;
  readonly port: number;
  readonly user: ServerUser | undefined;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly log: (line: string) => void;
}

/** One running `postgres`. It leads its own process group, so that Ctrl-C in a terminal reaches only us and we stop it last. */
export class ServerProcess {
  readonly #child: ChildProcessByStdio<null, null, Readable>;
  /** Resolves when the process is gone, whoever ended it. */
  readonly ended: Promise<void>;
  readonly #ready: Promise<void>;
  #lines: string[] = [];

  constructor(options: ServerOptions) {
    const settings = Object.entries(options.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.#child = spawn(options.postgres, ['-D', options.clusterDir, '-p', String(options.port), ...settings], {
      ...options.user,
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    });
    this.#child.unref(); // the server never keeps us alive; we end it when we exit
    const lines = createInterface({ input: this.#child.stderr });
    this.ended = new Promise((resolve) => {
      this.#child.once('error', () => resolve());
      this.#child.once('close', () => resolve());
    });
    this.#ready = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', () => reject(new Error(`the database server did not start: ${this.#lines.join(' / ')}`)));
      lines.on('line', (line) => {
        this.#lines = [...this.#lines.slice(-4), line];
        options.log(line);
        if (line.includes('database system is ready to accept connections')) resolve();
      });
    });
    this.#ready.catch(() => undefined); // whoever waits for it is told
    process.once('exit', this.#stopWithUs);
    void this.ended.then(() => process.off('exit', this.#stopWithUs));
  }

  /** Until the server takes connections, however long it has to replay its log. Rejects with its last words if it ends before. */
  whenReady(): Promise<void> {
    return this.#ready;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined)
      await stopPostmaster(this.#child.pid);
    await this.ended;
  }

  readonly #stopWithUs = (): void => {
    this.#child.kill('SIGINT');
  };
}

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
