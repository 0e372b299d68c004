import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { libraryPathOf, unpackDebianPackages } from './debian-packages.ts';
import { edgeServers, type EdgeBackend, type EdgeServer } from './edge-config.ts';
import { exists, freePorts, makeWhole, startServer, type RunningComponent, type StarterOptions } from './local-server.ts';

const run = promisify(execFile);
const DEBIAN_PACKAGES = ['haproxy', 'liblua5.3-0', 'libopentracing-c-wrapper0', 'libopentracing1', 'libpcre2-8-0'];
const CONFIG = join(import.meta.dirname, '../edge/haproxy.cfg');
const RUNTIME_SOCKET = 'runtime.sock';
/** Columns of `show servers state`, and what is in them of a server that gets connections. */
const [OPERATIONAL, ADMINISTRATIVE] = [5, 6];
const [RUNNING, READY] = ['2', '0'];
const ADVICE = 'install haproxy 2.6 or newer (Debian: apt-get install haproxy)';

export interface EdgeOptions extends StarterOptions {
  readonly backends: Readonly<Record<EdgeBackend, readonly EdgeServer[]>>;
  /** Another proxy stands before it, whose word on the client's address counts. */
  readonly isBehindProxy?: boolean;
}

export interface RunningEdge extends RunningComponent {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /**
   * `drain`: the server gets no new connections and keeps those it has, as a pod that is going does from the first moment of its preStop
   * on; `ready` ends it. `index` from 0, as in `backends`.
   */
  setState(backend: EdgeBackend, index: number, state: 'drain' | 'ready'): Promise<void>;
  /** Whether the edge has seen that the server is ready, so that it gets connections. */
  isServing(backend: EdgeBackend, index: number): Promise<boolean>;
}

/** The edge of a distributed Parley on 127.0.0.1. Resolves when it listens; rejects with one line that says what to install. */
export async function startHaproxy(options: EdgeOptions): Promise<RunningEdge> {
  const { command, env, origin } = await findHaproxy(options);
  const { stdout } = await run(command, ['-v'], { env: { ...process.env, ...env } });
  const version = /version (\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? 'unknown';
  const port = options.port ?? (await freePorts(1))[0]!;
  const url = `http://127.0.0.1:${port}`;
  const servers = join(options.dir, 'servers.cfg');
  await mkdir(options.dir, { recursive: true });
  await writeFile(servers, edgeServers(options.backends));
  const runtime = join(options.dir, 'runtime.cfg');
  const socket = join(options.dir, RUNTIME_SOCKET);
  // Relative: the whole path may be longer than a socket's may be.
  await writeFile(runtime, `global\n  stats socket unix@${RUNTIME_SOCKET} mode 600 level admin\n`);
  const server = await startServer({
    name: 'haproxy',
    command,
    args: ['-db', '-f', CONFIG, '-f', servers, '-f', runtime],
    env: { ...env, EDGE_BIND: `127.0.0.1:${port}`, ...(options.isBehindProxy ? { EDGE_IS_BEHIND_PROXY: 'yes' } : {}) },
    dir: options.dir,
    isReady: async () => (await fetch(`${url}/healthz`)).status === 404, // it hides this path, so it answers by itself
  });
  options.log(`haproxy ${version} at ${url} (${origin})`);
  const ask = async (command: string) => (await text(connect(socket).end(`${command}\n`))).trim();
  const setState = async (backend: EdgeBackend, index: number, state: string) => {
    const command = `set server ${backend}/${backend}-${index + 1} state ${state}`;
    const answer = await ask(command); // nothing, when it was carried out
    if (answer !== '') throw new Error(`haproxy: ${command}: ${answer}`);
  };
  const isServing = async (backend: EdgeBackend, index: number) => {
    const lines = (await ask(`show servers state ${backend}`)).split('\n').map((line) => line.split(' '));
    const server = lines.find(([, , , name]) => name === `${backend}-${index + 1}`);
    return server?.[OPERATIONAL] === RUNNING && server[ADMINISTRATIVE] === READY;
  };
  return { env: { PARLEY_PUBLIC_URL: url }, url, version, origin, setState, isServing, ...server };
}

async function findHaproxy({ cacheDir, log }: StarterOptions): Promise<{ command: string; env: Record<string, string>; origin: string }> {
  for (const command of ['haproxy', '/usr/sbin/haproxy']) if (await runs(command, {})) return { command, env: {}, origin: 'PATH' };
  const dir = join(cacheDir, 'haproxy-debian');
  try {
    if (!(await exists(dir))) log('haproxy: fetching it from Debian’s packages …');
    await makeWhole(dir, (target) => unpackDebianPackages(DEBIAN_PACKAGES, target));
  } catch (error) {
    throw new Error(`haproxy is missing: ${ADVICE}`, { cause: error });
  }
  const command = join(dir, 'usr/sbin/haproxy');
  const env = { LD_LIBRARY_PATH: await libraryPathOf(dir) };
  if (!(await runs(command, env))) throw new Error(`the haproxy of Debian’s packages does not run here: ${ADVICE}`);
  return { command, env, origin: 'Debian package, unpacked' };
}

const runs = (command: string, env: Readonly<Record<string, string>>): Promise<boolean> =>
  run(command, ['-v'], { env: { ...process.env, ...env } }).then(
    () => true,
    () => false,
  );
