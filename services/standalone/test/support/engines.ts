import { EmbeddedPostgres } from '@parley/db';
import { freePort, processTree } from '@parley/testing';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { startKafka, type RunningKafka } from '../../../../deploy/stack/kafka.ts';
import type { RunningComponent } from '../../../../deploy/stack/local-server.ts';
import { startRedis } from '../../../../deploy/stack/redis.ts';

const CACHE_DIR = path.resolve(import.meta.dirname, '../../../../.cache/stack');
const log = () => undefined;

/** A server of the stack that a test may kill and bring back, as often as it likes. */
interface Engine extends AsyncDisposable {
  /** At once, and away until `start`. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export class KafkaEngine implements Engine {
  #running: RunningKafka | undefined;

  /** `links`: ports of its own and, behind them, what clients are told; see `KafkaOptions`. */
  constructor(
    private readonly dir: string,
    private readonly links: readonly { readonly port: number; readonly advertisedPort: number }[],
  ) {}

  get brokers(): readonly string[] {
    return this.#running!.brokers;
  }

  async start(): Promise<void> {
    this.#running = await startKafka({ dir: this.dir, cacheDir: CACHE_DIR, log, links: this.links });
  }

  async kill(): Promise<void> {
    this.#running!.kill('SIGKILL');
    await this.#running!.stop();
  }

  freeze(): void {
    this.#running!.kill('SIGSTOP');
  }

  thaw(): void {
    this.#running!.kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

export class RedisEngine implements Engine {
  #running: RunningComponent | undefined;

  private constructor(
    private readonly dir: string,
    readonly port: number,
  ) {}

  static async on(dir: string): Promise<RedisEngine> {
    await mkdir(dir, { recursive: true });
    return new RedisEngine(dir, await freePort());
  }

  async start(): Promise<void> {
    this.#running = await startRedis({ dir: this.dir, cacheDir: CACHE_DIR, log, port: this.port });
  }

  async kill(): Promise<void> {
    this.#running!.kill('SIGKILL');
    await this.#running!.stop();
  }

  /** As an operator at `redis-cli`; resolves to the answer as it came. */
  async command(line: string): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    try {
      socket.write(`${line}\r\n`);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      return String(answer).trim();
    } finally {
      socket.destroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

/** Has another port after each start: `onPort` hears of it before anybody else. */
export class PostgresEngine implements Engine {
  #running: EmbeddedPostgres | undefined;

  constructor(
    private readonly dir: string,
    private readonly onPort: (port: number) => void,
  ) {}

  get url(): string {
    return this.#running!.url;
  }

  async start(): Promise<void> {
    this.#running = await EmbeddedPostgres.start({ dataDir: this.dir, log, maxConnections: 100 }); // durable: it must keep its word
    this.onPort(Number(new URL(this.url).port));
  }

  async kill(): Promise<void> {
    const tree = await this.#processes();
    const stopped = this.#running!.stop(); // so that nobody starts it again
    signalAll(tree, 'SIGKILL');
    await stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running?.stop();
  }

  /** The server and one process per connection. */
  async #processes(): Promise<number[]> {
    const [pid] = (await readFile(path.join(this.dir, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n', 1);
    return processTree(Number(pid));
  }
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it went with its parent
    }
}
