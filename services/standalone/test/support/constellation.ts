import { EmbeddedPostgres } from '@parley/db';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildProduct } from './build.ts';
import { PathEdge } from './path-edge.ts';
import { ServiceProcess } from './service-process.ts';

type Name = 'auth' | 'rooms' | 'messages' | 'gateway' | 'media';

/** Every service in processes of its own, some of them several times, on one Postgres and behind one address. */
export class Constellation implements AsyncDisposable {
  readonly processes: Record<Name, ServiceProcess[]> = { auth: [], rooms: [], messages: [], gateway: [], media: [] };
  readonly #opened: AsyncDisposable[] = [];
  #shared: Record<string, string> = {};
  #edge: PathEdge | undefined;

  /** `env`: the run mode and the addresses of its engines. `mediaEnv`: what only the media service is told. */
  static async start(
    counts: Readonly<Partial<Record<Name, number>>>,
    env: Readonly<Record<string, string>>,
    mediaEnv: Readonly<Record<string, string>> = {},
  ): Promise<Constellation> {
    const constellation = new Constellation();
    try {
      await constellation.#start(counts, env, mediaEnv);
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

  /** Brings a process back that was stopped or killed. */
  restart(service: ServiceProcess): Promise<void> {
    return service.start(this.#shared);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of this.#opened.toReversed()) await each[Symbol.asyncDispose]();
  }

  async #start(
    counts: Readonly<Partial<Record<Name, number>>>,
    env: Readonly<Record<string, string>>,
    mediaEnv: Readonly<Record<string, string>>,
  ): Promise<void> {
    await buildProduct();
    const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-services-'));
    this.#opened.push({ [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true, maxRetries: 10 }) });
    const postgres = await EmbeddedPostgres.start({ dataDir, log: () => undefined, durable: false, maxConnections: 100 });
    this.#opened.push(postgres);
    const own: Partial<Record<Name, Record<string, string>>> = {
      gateway: { PARLEY_GATEWAY_DRAIN_WINDOW_MS: '500' },
      media: { PARLEY_DATA_DIR: path.join(dataDir, 'files'), ...mediaEnv },
    };
    for (const [name, count] of Object.entries(counts) as [Name, number][])
      for (let made = 0; made < count; made += 1) {
        const service = await ServiceProcess.reserve(name, own[name] ?? {});
        this.processes[name].push(service);
        this.#opened.push(service);
      }
    const { auth, rooms, messages, gateway, media } = this.processes;
    this.#shared = {
      PARLEY_DATABASE_URL: postgres.url,
      PARLEY_SERVICE_CREDENTIAL: 'a-credential-for-tests-that-is-long-enough',
      PARLEY_AUTH_URL: auth[0]!.url,
      PARLEY_ROOMS_URL: rooms[0]!.url,
      PARLEY_MESSAGES_URL: messages[0]!.url,
      ...(media[0] ? { PARLEY_MEDIA_URL: media[0].url } : {}),
      PARLEY_LOG_LEVEL: 'warn',
      PARLEY_LIMITS_FACTOR: '0',
      ...env,
    };
    await Promise.all(this.all.map((service) => this.restart(service)));
    const portsOf = (services: readonly ServiceProcess[]) => services.map(({ port }) => port);
    this.#edge = await PathEdge.start([
      [/^\/socket\.io\//, portsOf(gateway)],
      [/^\/api\/chat\/rooms\/[^/]+\/messages/, portsOf(messages)],
      [/^\/api\/(chat|invites)\//, portsOf(rooms)],
      [/^\/api\/media/, portsOf(media)],
      [/^\//, portsOf(auth)],
    ]);
    this.#opened.push(this.#edge);
  }
}
