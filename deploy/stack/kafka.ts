import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { findJava, obtainKafkaJars, type Java, type KafkaJars } from './kafka-jars.ts';
import type { Containers } from './local-server.ts';

const KAFKA = join(import.meta.dirname, '../kafka');
/** Any 22 characters of base64 that decode to 16 bytes; local data need no better name. */
const CLUSTER_ID = 'MkU3OEVBNTcwNTJENDM2Qg';
const START_MS = 60_000;
const STOP_MS = 20_000;
/** One compiler and one collector thread: half the start time and a quarter less memory. */
const FRUGAL = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Djava.awt.headless=true'];

export interface KafkaOptions {
  /** Data, settings and log of the broker; a folder with data is taken up again. */
  readonly dir: string;
  /** Where jars and the class archive are kept. */
  readonly cacheDir: string;
  readonly log: (line: string) => void;
  /** Default: a free one, or the one that the data in `dir` had before. */
  readonly port?: number;
  /** The port that clients are told, when they shall go through a proxy. */
  readonly advertisedPort?: number;
  /** Further listeners, for clients that go through proxies of their own. */
  readonly links?: readonly { readonly port: number; readonly advertisedPort: number }[];
  /** Asked before a broker of our own is started, unless that one is to go through proxies. */
  readonly docker?: Containers;
}

export interface RunningKafka {
  readonly env: { readonly PARLEY_KAFKA_BROKERS: string };
  readonly brokers: readonly string[];
  readonly version: string;
  readonly origin: string;
  /** Undefined when no process of ours is it: the broker was given, or runs in Docker. */
  readonly pid: number | undefined;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the process has ended. */
  stop(): Promise<void>;
}

/**
 * A real broker: the one of PARLEY_KAFKA_BROKERS, else Docker's, else a KRaft node of our own on 127.0.0.1. Resolves when it answers;
 * rejects with one line that says what is missing and what to install.
 */
export async function startKafka(options: KafkaOptions): Promise<RunningKafka> {
  const given = process.env.PARLEY_KAFKA_BROKERS;
  if (given) return givenKafka(given, options.log);
  const contained = await containedKafka(options);
  if (contained) return contained;
  const java = await findJava(options.cacheDir);
  const jars = await obtainKafkaJars(options.cacheDir, java, options.log);
  for (let attempt = 1; ; attempt++) {
    try {
      return await startNode(options, java, jars);
    } catch (error) {
      // Between choosing a port and listening on it somebody else may have taken it.
      if (options.port !== undefined || attempt === 3 || !/Address already in use/.test(String(error))) throw error;
      await rm(join(options.dir, 'ports.json'), { force: true });
    }
  }
}

function givenKafka(given: string, log: (line: string) => void): RunningKafka {
  log(`Kafka at ${given}, as given in PARLEY_KAFKA_BROKERS`);
  return {
    env: { PARLEY_KAFKA_BROKERS: given },
    brokers: given.split(','),
    version: 'unknown',
    origin: 'PARLEY_KAFKA_BROKERS',
    pid: undefined,
    kill: () => {
      throw new Error('the broker of PARLEY_KAFKA_BROKERS is not ours to kill');
    },
    stop: async () => undefined,
  };
}

async function containedKafka({ docker, dir, port, advertisedPort, links }: KafkaOptions): Promise<RunningKafka | undefined> {
  if (advertisedPort !== undefined || links !== undefined) return undefined;
  const env = (brokers: string) => ({ PARLEY_KAFKA_BROKERS: brokers });
  const component = await docker?.start({ service: 'kafka', name: 'Kafka', dir, port, env });
  if (!component) return undefined;
  const { PARLEY_KAFKA_BROKERS } = component.env;
  return { ...component, env: env(PARLEY_KAFKA_BROKERS!), brokers: [PARLEY_KAFKA_BROKERS!] };
}

async function startNode(options: KafkaOptions, java: Java, jars: KafkaJars): Promise<RunningKafka> {
  const began = performance.now();
  const port = await prepare(options, java, jars);
  const archive = join(jars.dir, `../${basename(jars.dir)}-${createHash('sha256').update(java.version).digest('hex').slice(0, 8)}.jsa`);
  const fresh = (await exists(archive)) ? undefined : `${archive}.${process.pid}`;
  const child = spawn(
    java.binary,
    [
      ...['-Xms64m', '-Xmx384m', ...FRUGAL],
      fresh ? `-XX:ArchiveClassesAtExit=${fresh}` : `-XX:SharedArchiveFile=${archive}`,
      ...inKafka(jars, 'kafka.Kafka', [settingsOf(options)]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  // A start that is given up, or a parent that ends by itself, leaves no broker behind.
  const killNow = () => child.exitCode === null && child.signalCode === null && child.kill('SIGKILL');
  process.once('exit', killNow);
  const exited = once(child, 'exit').finally(() => process.off('exit', killNow));
  try {
    await ready(child, options.dir, port);
  } catch (error) {
    killNow();
    await exited;
    throw error;
  }
  const address = `127.0.0.1:${options.advertisedPort ?? port}`;
  const origin = `${jars.origin}, Java from ${java.origin}`;
  options.log(`Kafka ${jars.version} at ${address} in ${Math.round(performance.now() - began)} ms (${origin})`);
  return {
    env: { PARLEY_KAFKA_BROKERS: address },
    brokers: [address],
    version: jars.version,
    origin,
    pid: child.pid,
    kill: (signal) => void child.kill(signal),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGCONT');
        child.kill('SIGTERM');
        const timer = setTimeout(killNow, STOP_MS);
        await exited;
        clearTimeout(timer);
      }
      if (fresh) await rename(fresh, archive).catch(() => undefined); // none when it was killed
    },
  };
}

/** Settings and formatted storage; answers the port. */
async function prepare({ dir, port, advertisedPort, links = [], ...options }: KafkaOptions, java: Java, jars: KafkaJars): Promise<number> {
  await mkdir(dir, { recursive: true });
  const remembered = (await readFile(join(dir, 'ports.json'), 'utf8').then(JSON.parse, () => ({}))) as {
    broker?: number;
    controller?: number;
  };
  const broker = port ?? remembered.broker ?? (await freePort());
  const controller = remembered.controller ?? (await freePort());
  await writeFile(join(dir, 'ports.json'), JSON.stringify({ broker, controller }));
  const values: Record<string, string | number> = {
    PORT: broker,
    ADVERTISED_PORT: advertisedPort ?? broker,
    CONTROLLER_PORT: controller,
    DATA: join(dir, 'data'),
    LINKS: links.map((link, n) => `,LINK${n}://127.0.0.1:${link.port}`).join(''),
    ADVERTISED_LINKS: links.map((link, n) => `,LINK${n}://127.0.0.1:${link.advertisedPort}`).join(''),
    LINK_PROTOCOLS: links.map((_, n) => `,LINK${n}:PLAINTEXT`).join(''),
  };
  const template = await readFile(join(KAFKA, 'server.properties'), 'utf8');
  const settings = settingsOf({ dir, ...options });
  await writeFile(
    settings,
    template.replace(/@([A-Z_]+)@/g, (_, name: string) => String(values[name])),
  );
  if (!(await exists(join(dir, 'data/meta.properties')))) {
    const format = inKafka(jars, 'kafka.tools.StorageTool', ['format', '-t', CLUSTER_ID, '-c', settings, '--standalone']);
    await promisify(execFile)(java.binary, ['-Xmx128m', ...FRUGAL, ...format]);
  }
  return broker;
}

const settingsOf = ({ dir }: Pick<KafkaOptions, 'dir'>): string => join(dir, 'server.properties');

const inKafka = (jars: KafkaJars, mainClass: string, args: readonly string[]): string[] => [
  `-Dlog4j2.configurationFile=${join(KAFKA, 'log4j2.properties')}`,
  ...['-cp', join(jars.dir, '*'), mainClass, ...args],
];

/** Resolves when the broker said that it has started and takes connections. Everything it says goes to `broker.log`. */
async function ready(child: ChildProcess, dir: string, port: number): Promise<void> {
  const file = createWriteStream(join(dir, 'broker.log'), { flags: 'a' });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      file.write(chunk);
      if (said.length < 100_000) said += chunk;
      if (said.includes('Kafka Server started')) resolve();
    };
    child.stdout!.on('data', listen);
    child.stderr!.on('data', listen);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Kafka ended with ${code}: ${said.trim().split('\n').slice(-5).join(' | ')}`)));
    setTimeout(() => reject(new Error(`Kafka was not ready within ${START_MS} ms, see ${join(dir, 'broker.log')}`)), START_MS).unref();
  });
  child.once('exit', () => file.end());
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
