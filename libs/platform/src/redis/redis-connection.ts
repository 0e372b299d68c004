import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import { redisTrouble } from './redis-trouble.js';

export interface RedisConnectionOptions {
  /** `redis://[user:password@]host:port[/db]`, `rediss://` for TLS. */
  readonly url: string;
}

/** After this a command has failed, and the connection of a silent server is given up. */
const COMMAND_TIMEOUT_MS = 2_000;
/** A broken network says nothing: without a question nobody would notice. */
const HEARTBEAT_MS = 2_000;
const LONGEST_RETRY_MS = 2_000;
const CLOSE_MS = 1_000;

/**
 * The two connections of this process to Redis. Redis holds nothing that cannot be rebuilt, so its absence is an ordinary
 * event here: commands fail at once instead of waiting in a queue, connections come back by themselves, and nothing throws unasked.
 */
export class RedisConnection implements OnApplicationShutdown {
  readonly #logger = new Logger(RedisConnection.name);
  readonly #address: string;
  readonly #url: string;
  readonly #heartbeat: NodeJS.Timeout;
  #isDown = false;
  #reconnects = 0;
  #closed: Promise<void> | undefined;

  /** Rejects each command while Redis is away. */
  readonly commands: Redis;
  /** Whoever subscribes does so again after each interruption: the automatic way leaves rejected promises behind. */
  readonly subscriber: Redis;

  constructor({ url }: RedisConnectionOptions) {
    this.#address = new URL(url).host;
    this.#url = url;
    const shared: RedisOptions = {
      connectTimeout: COMMAND_TIMEOUT_MS,
      retryStrategy: jitteredRetry,
      disableClientInfo: true,
    };
    this.commands = new Redis(url, {
      ...shared,
      connectionName: 'parley-commands',
      commandTimeout: COMMAND_TIMEOUT_MS,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
    });
    this.subscriber = new Redis(url, {
      ...shared,
      connectionName: 'parley-subscriber',
      maxRetriesPerRequest: null,
      autoResubscribe: false,
    });
    for (const client of [this.commands, this.subscriber]) {
      client.on('error', (error: Error) => this.#noticeDown(error));
      client.on('ready', () => this.#noticeUp());
    }
    this.#heartbeat = setInterval(() => [this.commands, this.subscriber].forEach((client) => this.#check(client)), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  get isUp(): boolean {
    return this.commands.status === 'ready' && this.subscriber.status === 'ready';
  }

  get counters(): { readonly reconnects: number } {
    return { reconnects: this.#reconnects };
  }

  /** Commands that `send` gives leave in one write instead of one each. */
  together(send: () => void): void {
    const { stream } = this.commands;
    stream?.cork();
    try {
      send();
    } finally {
      stream?.uncork();
    }
  }

  /** Idempotent. Commands on their way get a second to be answered. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  /** Gives up a connection on which no answer comes, be it to the questions of its beginning. */
  #check(client: Redis): void {
    if (client.status !== 'ready' && client.status !== 'connect') return;
    const isStarting = client.status === 'connect';
    const { stream } = client;
    const timer = setTimeout(() => {
      if (client.stream === stream && (!isStarting || client.status === 'connect')) client.disconnect(true);
    }, COMMAND_TIMEOUT_MS);
    timer.unref();
    if (isStarting) return;
    client.ping().then(
      () => clearTimeout(timer),
      () => undefined,
    );
  }

  #noticeDown(error: Error): void {
    if (this.#isDown || this.#closed) return;
    this.#isDown = true;
    this.#logger.error(`${redisTrouble(error, this.#url)} Events reach only the sockets of this process meanwhile.`);
  }

  #noticeUp(): void {
    if (!this.isUp) return;
    if (this.#isDown) this.#logger.log(`Redis at ${this.#address} is back`);
    if (this.#isDown) this.#reconnects++;
    this.#isDown = false;
  }

  async #close(): Promise<void> {
    clearInterval(this.#heartbeat);
    let timer: NodeJS.Timeout | undefined;
    if (this.commands.status === 'ready') {
      const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS)));
      await Promise.race([this.commands.quit().catch(() => undefined), patience]);
    }
    clearTimeout(timer);
    this.commands.disconnect();
    this.subscriber.disconnect();
  }
}

/** Doubling from 50 ms, half of it by chance, so that the processes of an installation do not come back in step. */
function jitteredRetry(attempt: number): number {
  const longest = Math.min(LONGEST_RETRY_MS, 50 * 2 ** Math.min(attempt, 10));
  return longest / 2 + Math.random() * (longest / 2);
}
