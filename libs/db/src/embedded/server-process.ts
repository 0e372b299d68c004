import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { OrphanGuard } from './orphan-guard.js';
import type { ServerUser } from './server-user.js';

export interface ServerOptions {
  readonly postgres: string;
  readonly clusterDir: string;
  readonly port: number;
  readonly user: ServerUser | undefined;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly log: (line: string) => void;
}

const FAST_STOP_MS = 20_000;

/** One running `postgres`. It leads its own process group, so that Ctrl-C in a terminal reaches only us and we stop it last. */
export class ServerProcess {
  /** Resolves when the process and all of its children are gone, whoever ended them. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcessByStdio<null, null, Readable>;
  readonly #ready: Promise<void>;

  constructor(options: ServerOptions) {
    const settings = Object.entries(options.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.#child = spawn(options.postgres, ['-D', options.clusterDir, '-p', String(options.port), ...settings], {
      ...options.user,
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('error', () => resolve());
      this.#child.once('close', () => resolve());
    });
    this.#ready = this.#watch(options.log);
    this.#ready.then(
      () => this.#child.unref(), // a server that serves does not keep us alive: it ends when we exit
      () => undefined, // whoever waits for it is told
    );
    process.once('exit', this.#stopWithUs);
    const guard = this.#child.pid === undefined ? undefined : new OrphanGuard(this.#child.pid, options.user);
    void this.ended.then(() => {
      process.off('exit', this.#stopWithUs);
      guard?.dismiss();
    });
  }

  /** Until the server takes connections, however long it has to replay its log. Rejects with its last words if it ends before. */
  whenReady(): Promise<void> {
    return this.#ready;
  }

  /** Fast shutdown: open transactions are rolled back, data is flushed. Immediate if that takes too long: the log is replayed at the next start. */
  async stop(): Promise<void> {
    this.#child.ref();
    this.#child.kill('SIGINT');
    const hurry = setTimeout(() => this.#child.kill('SIGQUIT'), FAST_STOP_MS);
    await this.ended;
    clearTimeout(hurry);
  }

  #watch(log: (line: string) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      let lastWords: string[] = [];
      this.#child.once('error', reject);
      this.#child.once('close', () => reject(new Error(`the database server did not start: ${lastWords.join(' / ')}`)));
      (this.#child.stderr as Socket).unref();
      createInterface({ input: this.#child.stderr }).on('line', (line) => {
        lastWords = [...lastWords.slice(-4), line];
        log(line);
        if (line.includes('database system is ready to accept connections')) resolve();
      });
    });
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
