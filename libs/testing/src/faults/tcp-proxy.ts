import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What becomes of the bytes on a link. */
export type LinkMode =
  | 'pass'
  /** Nothing arrives on either side and nobody is told. New connections are taken, and are as silent. */
  | 'blackhole'
  /** Requests arrive; what is answered is lost. */
  | 'drop-responses'
  /** New connections are cut at once; the present ones are cut when the mode is set. */
  | 'reset';

export interface TcpProxyOptions {
  readonly targetPort: number;
  /** Default 127.0.0.1. */
  readonly targetHost?: string;
  /** Default: a free one. */
  readonly port?: number;
}

/** One link between a client and a server, on which a test causes faults. */
export class TcpProxy implements AsyncDisposable {
  /** Where new connections lead, on `targetHost`. */
  targetPort: number;
  /** Bytes that were lost on purpose: zero says that a fault never hit. */
  dropped = 0;
  /** This share of new connections (0 to 1) is cut at once, by chance. */
  refusedShare = 0;
  /** Connections that were taken so far. */
  accepted = 0;
  #mode: LinkMode = 'pass';
  #delayMs = 0;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #server: Server;

  private constructor(private readonly options: TcpProxyOptions) {
    this.targetPort = options.targetPort;
    // Half-open connections are passed on as such: whoever ends his side still hears the other.
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => this.#accept(client));
  }

  static async start(options: TcpProxyOptions): Promise<TcpProxy> {
    const proxy = new TcpProxy(options);
    proxy.#server.listen(options.port ?? 0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#pairs.size;
  }

  set mode(mode: LinkMode) {
    this.#mode = mode;
    if (mode === 'reset') this.cut();
  }

  /** Milliseconds that every piece waits in either direction; order is kept. */
  set delayMs(ms: number) {
    this.#delayMs = ms;
  }

  /**
   * Resets every open connection, once, or this share of them by chance.
   * @returns how many
   */
  cut(share = 1): number {
    const victims = [...this.#pairs].filter(() => Math.random() < share);
    for (const sockets of victims) for (const socket of sockets) socket.resetAndDestroy();
    return victims.length;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #accept(client: Socket): void {
    this.accepted++;
    client.on('error', () => undefined);
    if (this.#mode === 'reset' || Math.random() < this.refusedShare) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({
      port: this.targetPort,
      host: this.options.targetHost ?? '127.0.0.1',
      noDelay: true,
      allowHalfOpen: true,
    });
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    this.#pipe(client, server, () => this.#mode === 'blackhole');
    this.#pipe(server, client, () => this.#mode === 'blackhole' || this.#mode === 'drop-responses');
    for (const [socket, other] of [pair, [server, client]] as const) {
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => {
        other.destroySoon();
        this.#pairs.delete(pair);
      });
    }
  }

  #pipe(from: Socket, to: Socket, isLost: () => boolean): void {
    const later = (act: () => void) => (this.#delayMs > 0 ? setTimeout(act, this.#delayMs).unref() : act());
    from.on('data', (chunk) => {
      if (isLost()) {
        this.dropped += chunk.length;
        return;
      }
      later(() => {
        if (to.destroyed || to.write(chunk)) return;
        from.pause();
        to.once('drain', () => from.resume());
      });
    });
    from.on('end', () => later(() => isLost() || to.end()));
  }
}
