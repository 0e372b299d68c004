import { EmbeddedPostgres } from '@parley/db';
import { freePort } from '@parley/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildProduct } from './build.ts';
import { PathEdge } from './path-edge.ts';
import { ServiceProcess } from './service-process.ts';

export type ServiceName = 'auth' | 'rooms' | 'messages' | 'gateway' | 'media' | 'web';

type Counts = Readonly<Partial<Record<ServiceName, number>>>;
type Variables = Readonly<Record<string, string>>;

/** Every service in processes of its own, some of them several times, on one Postgres and behind one address. */
export class Constellation implements AsyncDisposable {
  readonly processes: Record<ServiceName, ServiceProcess[]> = { auth: [], rooms: [], messages: [], gateway: [], media: [], web: [] };
  readonly #opened: AsyncDisposable[] = [];
  #shared: Record<string, string> = {};
  #edge: PathEdge | undefined;

  /**
   * `env`: the run mode and the addresses of its engines; a Postgres is started unless it says where one is. `envOf`: what
   * only the processes of one service are told.
   */
  static async start(counts: Counts, env: Variables, envOf: (name: ServiceName) => Variables = () => ({})): Promise<Constellation> {
    const constellation = new Constellation();
    try {
      await constellation.#start(counts, env, envOf);
      return constellation;
    } catch (error) {
      await constellation[Symbol.asyncDispose]();
      throw error;
    }
  }

  get url(): string {
    return this.#edge!.url;
  }

  get all(): ServiceProcess[] {
    return Object.values(this.processes).flat();
  }

  /** What every process was told. */
  get env(): Readonly<Record<string, string>> {
    return this.#shared;
  }

  /** Brings a process back that was stopped or killed. `failpoints` as in `armFailpoints`. */
  restart(service: ServiceProcess, failpoints?: string): Promise<void> {
    const shared = service.name === 'web' ? withoutEngines(this.#shared) : this.#shared;
    return service.start({ ...shared, ...(failpoints === undefined ? {} : { PARLEY_FAILPOINTS: failpoints }) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of this.#opened.toReversed()) await each[Symbol.asyncDispose]();
  }

  async #start(counts: Counts, env: Variables, envOf: (name: ServiceName) => Variables): Promise<void> {
    await buildProduct();
    const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-services-'));
    this.#opened.push({ [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true, maxRetries: 10 }) });
    const databaseUrl = env['PARLEY_DATABASE_URL'] ?? (await this.#startPostgres(dataDir));
    const own: Partial<Record<ServiceName, Variables>> = {
      gateway: { PARLEY_GATEWAY_DRAIN_WINDOW_MS: '500' },
      media: { PARLEY_DATA_DIR: path.join(dataDir, 'files') },
    };
    for (const [name, count] of Object.entries(counts) as [ServiceName, number][])
      for (let made = 0; made < count; made += 1) {
        const service = await ServiceProcess.reserve(name, { ...own[name], ...envOf(name) });
        this.processes[name].push(service);
        this.#opened.push(service);
      }
    const { auth, rooms, messages, gateway, media, web } = this.processes;
    const edgePort = await freePort();
    this.#shared = {
      PARLEY_DATABASE_URL: databaseUrl,
      PARLEY_SERVICE_CREDENTIAL: 'a-credential-for-tests-that-is-long-enough',
      PARLEY_AUTH_URL: auth[0]!.url,
      PARLEY_ROOMS_URL: rooms[0]!.url,
      PARLEY_MESSAGES_URL: messages[0]!.url,
      ...(media[0] ? { PARLEY_MEDIA_URL: media[0].url } : {}),
      // Pages come from the edge: sockets by cookie are let in from there only.
      ...(web[0] ? { PARLEY_PUBLIC_URL: `http://127.0.0.1:${edgePort}` } : {}),
      PARLEY_LOG_LEVEL: 'warn',
      PARLEY_LIMITS_FACTOR: '0',
      ...env,
    };
    await Promise.all(this.all.map((service) => this.restart(service)));
    const portsOf = (services: readonly ServiceProcess[]) => services.map(({ port }) => port);
    this.#edge = await PathEdge.start(
      [
        [/^\/socket\.io\//, portsOf(gateway)],
        [/^\/api\/(chat\/rooms\/[^/]+\/messages|search)/, portsOf(messages)],
        [/^\/api\/(chat|invites)\//, portsOf(rooms)],
        [/^\/api\/media/, portsOf(media)],
        ...(web[0] ? [[/^\/(?!api\/|\.well-known\/)/, portsOf(web)] as const] : []),
        [/^\//, portsOf(auth)],
      ],
      edgePort,
    );
    this.#opened.push(this.#edge);
  }

  async #startPostgres(dataDir: string): Promise<string> {
    const postgres = await EmbeddedPostgres.start({ dataDir, log: () => undefined, durable: false, maxConnections: 100 });
    this.#opened.push(postgres);
    return postgres.url;
  }
}

/** The web service stands on no engine, and does not know their variables. */
const withoutEngines = (env: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^PARLEY_(KAFKA|REDIS|S3)_/.test(name)));
