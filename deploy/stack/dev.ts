// `npm run dev:stack`: Parley as it is deployed, on this machine and without building an image, until Ctrl-C: the engines of `npm run stack`, every
// service in processes of its own, and haproxy in front with the rules of docker-compose.yml.
// PORT is where the edge listens (8080). An argument is the folder of the data (.cache/stack-data).

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Docker } from './docker.ts';
import { startHaproxy } from './haproxy.ts';
import type { EdgeBackend, EdgeServer } from './edge-config.ts';
import { freePorts } from './local-server.ts';
import { ServiceProcess } from './service-process.ts';
import { startStack } from './stack.ts';

const ROOT = join(import.meta.dirname, '../..');
const CACHE = join(ROOT, '.cache/stack');

interface Service {
  readonly name: EdgeBackend;
  readonly count: number;
  readonly script: string;
  /** `server`: knows the other services, but no engine; `service`: Kafka and Redis too; `database`: and Postgres; `files`: and the S3 store. */
  readonly needs: 'server' | 'service' | 'database' | 'files';
  readonly env?: Readonly<Record<string, string>>;
}

/** A service joins by its line here. */
const SERVICES: readonly Service[] = [
  { name: 'auth', count: 1, script: 'services/auth/dist/main.js', needs: 'database' },
  { name: 'rooms', count: 1, script: 'services/rooms/dist/main.js', needs: 'database' },
  { name: 'messages', count: 2, script: 'services/messages/dist/main.js', needs: 'database' },
  { name: 'media', count: 1, script: 'services/media/dist/main.js', needs: 'files' },
  {
    name: 'gateway',
    count: 2,
    script: 'services/gateway/dist/main.js',
    needs: 'service',
    env: { PARLEY_GATEWAY_DRAIN_WINDOW_MS: '1000' },
  },
  { name: 'web', count: 1, script: 'services/web/dist/server/main.js', needs: 'server' },
];

/** Services that others ask by an address of their own. */
const ASKED = ['auth', 'rooms', 'messages', 'media'] as const;

const say = (line: string) => console.log(line);
const stackSays = (line: string) => say(`stack | ${line}`);
const stops: (() => Promise<unknown>)[] = [];
let isStopping = false;

async function leave(code: number): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  stackSays('stopping …');
  for (const stop of stops.toReversed()) await stop().catch((error: Error) => stackSays(error.message));
  process.exit(code);
}

async function job(name: string, script: string, env: Readonly<Record<string, string>>): Promise<void> {
  const all = { PATH: process.env.PATH ?? '', ...env };
  const { stdout } = await promisify(execFile)(process.execPath, [script], { cwd: ROOT, env: all }).catch(
    (error: { stderr?: string; message: string }) => {
      throw new Error(error.stderr?.trim() || `${name}: ${error.message}`);
    },
  );
  for (const line of stdout.trim().split('\n')) say(`${name} | ${line}`);
}

function environments(url: string, engines: Readonly<Record<string, string>>, peers: Readonly<Record<string, string>>) {
  const pick = (prefix: RegExp) => Object.fromEntries(Object.entries(engines).filter(([name]) => prefix.test(name)));
  const server = {
    PARLEY_PUBLIC_URL: url,
    PARLEY_TRUST_PROXY: 'true',
    PARLEY_LOG_LEVEL: process.env.PARLEY_LOG_LEVEL || 'info',
    PARLEY_SERVICE_CREDENTIAL: randomBytes(24).toString('hex'),
    ...peers,
  };
  const service = {
    ...server,
    ...pick(/^PARLEY_(KAFKA|REDIS)_/),
    PARLEY_LIMITS_FACTOR: process.env.PARLEY_LIMITS_FACTOR || '1',
  };
  const database = { ...service, ...pick(/^PARLEY_DATABASE_/), PARLEY_MIGRATIONS: 'by-job' };
  return { server, service, database, files: { ...database, ...pick(/^PARLEY_S3_/) } };
}

async function main(): Promise<void> {
  const dir = resolve(process.argv[2] ?? join(ROOT, '.cache/stack-data'));
  const docker = new Docker(stackSays);
  stops.push(() => docker.close());
  const stack = await startStack({ dir, cacheDir: CACHE, log: stackSays, docker });
  stops.push(() => stack.stop());
  if (isStopping) return;
  for (const reason of stack.missing) stackSays(`MISSING: ${reason}`);
  if (stack.missing.length > 0) return leave(1);
  await job('topics', 'deploy/kafka/topics.ts', { PARLEY_KAFKA_BROKERS: stack.env.PARLEY_KAFKA_BROKERS! });
  await job('migrate', 'services/standalone/dist/migrate.js', { PARLEY_DATABASE_URL: stack.env.PARLEY_DATABASE_URL! });

  const edgePort = Number(process.env.PORT || 8080);
  const url = `http://localhost:${edgePort}`;
  const ports = await freePorts(SERVICES.reduce((sum, { count }) => sum + count, 0));
  const placed = SERVICES.flatMap((service) =>
    Array.from({ length: service.count }, (_, index) => ({ ...service, index, port: ports.shift()! })),
  );
  const peers = Object.fromEntries(
    ASKED.map((name) => [`PARLEY_${name.toUpperCase()}_URL`, `http://127.0.0.1:${placed.find((each) => each.name === name)!.port}`]),
  );
  const env = environments(url, stack.env, peers);
  const running = placed.map(({ name, index, port, script, needs, env: own }) => {
    const process = new ServiceProcess({ label: `${name}-${index + 1}`, script, env: { ...env[needs], ...own }, port, say });
    stops.push(() => process.stop());
    process.start();
    return { name, process };
  });
  const backends = Object.fromEntries(
    SERVICES.map(({ name }): [EdgeBackend, EdgeServer[]] => [
      name,
      running.filter((each) => each.name === name).map(({ process }) => ({ address: process.address })),
    ]),
  ) as Record<EdgeBackend, EdgeServer[]>;
  const edge = await startHaproxy({ dir: join(dir, 'edge'), cacheDir: CACHE, log: stackSays, port: edgePort, backends });
  stops.push(() => edge.stop());
  await Promise.all(running.map(({ process }) => process.ready()));
  if (!isStopping) say(`Parley is ready at ${url}; Ctrl-C stops all of it`);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void leave(0));
main().catch(async (error: Error) => {
  stackSays(error.message);
  await leave(1);
});
