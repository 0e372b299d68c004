import { Logger } from '@nestjs/common';
import pg from 'pg';
import { backOffMs, pause } from '../event-log/back-off.js';

type Handler = (payload: string) => void;

/**
 * The one long-lived connection of a process to Postgres: notifications and advisory locks hang on it. When it is
 * lost the locks are gone at once and notifications are missed until it is back, so users re-read what they watch in
 * `onUp` and let go of what they held in `onDown`. It reconnects for ever, with growing, jittered pauses.
 */
export class PostgresSession {
  readonly #logger = new Logger(PostgresSession.name);
  readonly #channels = new Map<string, Set<Handler>>();
  readonly #up = new Set<() => void>();
  readonly #down = new Set<() => void>();
  readonly #closing = new AbortController();
  #generation = 0;
  #client: pg.Client | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #reconnecting: Promise<void> | undefined;

  constructor(private readonly options: { readonly url: string; readonly applicationName?: string }) {}

  /** Connects; rejects when Postgres cannot be reached now. */
  async open(): Promise<void> {
    await this.#connect();
  }

  get isUp(): boolean {
    return this.#client !== undefined;
  }

  /** Another number after every reconnect: what hung on the connection of an older one is gone. */
  get generation(): number {
    return this.#generation;
  }

  /** Calls the handler with every notification on the channel. The returned function ends that. */
  async listen(channel: string, handler: Handler): Promise<() => void> {
    const handlers = this.#channels.get(channel) ?? new Set();
    handlers.add(handler);
    if (!this.#channels.has(channel)) {
      this.#channels.set(channel, handlers);
      if (this.isUp) await this.query(`LISTEN "${channel}"`).catch(() => undefined); // lost meanwhile: the reconnect listens
    }
    return () => void handlers.delete(handler);
  }

  /** After every reconnect, with all channels listened to again. */
  onUp(handle: () => void): () => void {
    this.#up.add(handle);
    return () => void this.#up.delete(handle);
  }

  onDown(handle: () => void): () => void {
    this.#down.add(handle);
    return () => void this.#down.delete(handle);
  }

  /** One statement on this very connection, after those asked for before. Rejects while there is no connection. */
  query<R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    const result = this.#turn.then(async () => {
      const client = this.#client;
      if (!client) throw Object.assign(new Error('the session has no connection'), { code: '08003' });
      try {
        return (await client.query<R>(text, values)).rows;
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) this.#lost(client, error as Error); // no answer: whether anyone is there is not known
        throw error;
      }
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#reconnecting;
    await this.#turn;
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: this.options.applicationName ?? 'parley-session',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
    });
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client));
    client.on('notification', ({ channel, payload }) => this.#channels.get(channel)?.forEach((handle) => handle(payload ?? '')));
    try {
      await client.connect();
      for (const channel of this.#channels.keys()) await client.query(`LISTEN "${channel}"`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#client = client;
    this.#generation++;
  }

  #lost(client: pg.Client, error?: Error): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    void client.end().catch(() => undefined);
    if (this.#closing.signal.aborted) return;
    this.#logger.warn(`lost the connection to Postgres${error ? `: ${error.message}` : ''}`);
    for (const handle of this.#down) handle();
    this.#reconnecting = this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    for (let failures = 0; !this.#closing.signal.aborted; failures++) {
      try {
        await this.#connect();
        this.#logger.log('connected to Postgres again');
        for (const handle of this.#up) handle();
        return;
      } catch {
        await pause(backOffMs(failures), this.#closing.signal);
      }
    }
  }
}
