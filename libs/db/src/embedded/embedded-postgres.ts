import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { postgresBinaries } from './binaries.js';
import { openCluster, SUPERUSER } from './cluster.js';
import { openDataFolder } from './data-folder.js';
import { FolderLock } from './folder-lock.js';
import { clearPostmaster } from './postmaster.js';
import { freePort, ServerProcess, type ServerOptions } from './server-process.js';
import { assertReachable, serverUser } from './server-user.js';

export interface EmbeddedPostgresOptions {
  /** Made if missing. The lock, the password and the server's files are kept in it; the caller may keep other things there. */
  readonly dataDir: string;
  readonly log: (line: string) => void;
  /** False for throw-away test data only: nothing is flushed to disk. */
  readonly durable?: boolean;
  readonly maxConnections?: number;
}

const START_ATTEMPTS = 20;
const RETRY_MS = 250;
/** Processes of a killed server that are still on their way out. */
const LEFTOVERS = /pre-existing shared memory block/;
/** Between our probing of the port and the server's using it. */
const PORT_TAKEN = /could not bind|could not create any TCP\/IP sockets/;

/**
 * A real Postgres, owned by this process: started from the binaries of an npm package, on 127.0.0.1 only, with its data
 * in one folder. It survives everything that may happen to its owner: after a kill -9 it ends by itself, and a start
 * that finds it still running ends it cleanly and takes over. If the server dies by itself, it is started again on the same port.
 */
export class EmbeddedPostgres implements AsyncDisposable {
  #server: ServerProcess;
  #isStopping = false;
  #stopped: Promise<void> | undefined;
  readonly #supervision: Promise<void>;

  private constructor(
    /** Of the superuser, who owns everything: `postgres://…@127.0.0.1:<port>/postgres`. */
    readonly url: string,
    private readonly lock: FolderLock,
    private readonly restart: () => Promise<ServerProcess>,
    private readonly log: (line: string) => void,
    server: ServerProcess,
  ) {
    this.#server = server;
    this.#supervision = this.#supervise();
  }

  /** Resolves when the server takes connections. Throws `DataFolderError` for everything that the operator has to put right. */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const binaries = postgresBinaries();
    const user = serverUser();
    if (user) assertReachable(dirname(binaries.postgres), user);
    const dataDir = openDataFolder(options.dataDir, user);
    const lock = new FolderLock(dataDir);
    try {
      const cluster = await openCluster(dataDir, binaries, user, options.durable ?? true);
      if (cluster.isNew) options.log('the database was created');
      if ((await clearPostmaster(cluster.dir)) === 'stopped')
        options.log('ended the database server that an earlier Parley had left behind');
      const start = (port: number) =>
        startServer({ postgres: binaries.postgres, clusterDir: cluster.dir, port, user, settings: settingsOf(options), log: options.log });
      const { server, port } = await startOnFreePort(start);
      const url = `postgres://${SUPERUSER}:${cluster.password}@127.0.0.1:${port}/postgres`;
      return new EmbeddedPostgres(url, lock, () => start(port), options.log, server);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Idempotent. Close the pools first: their connections are cut. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    this.#isStopping = true;
    try {
      await this.#server.stop();
      await this.#supervision; // it may be starting another one at this moment
    } finally {
      this.lock.release();
    }
  }

  /** A server that dies by itself comes back on the same port, so that the pools find it again. */
  async #supervise(): Promise<void> {
    for (;;) {
      await this.#server.ended;
      if (this.#isStopping) return;
      this.log('the database server ended unexpectedly; it is started again');
      try {
        this.#server = await this.restart();
        if (this.#isStopping) await this.#server.stop();
      } catch (error) {
        this.log((error as Error).message);
        await delay(RETRY_MS, undefined, { ref: false });
      }
    }
  }
}

/** A small server for one machine: no replication, no parallel workers, no helper processes for I/O. */
function settingsOf({ durable = true, maxConnections = 60 }: EmbeddedPostgresOptions): Record<string, string | number> {
  const flush = durable ? 'on' : 'off';
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: maxConnections,
    shared_buffers: '64MB',
    fsync: flush,
    synchronous_commit: flush,
    full_page_writes: flush,
    wal_level: 'minimal',
    max_wal_senders: 0,
    min_wal_size: '32MB',
    max_wal_size: '512MB',
    io_method: 'sync',
    max_worker_processes: 0,
    max_logical_replication_workers: 0,
    max_parallel_workers_per_gather: 0,
    max_parallel_maintenance_workers: 0,
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '',
    log_checkpoints: 'off',
    // Failed statements are reported by whoever sent them; the server's own log is for the server's own trouble.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
  };
}

async function startServer(options: ServerOptions): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt++) {
    const server = new ServerProcess(options);
    try {
      await server.whenReady();
      return server;
    } catch (error) {
      await server.stop();
      if (attempt === START_ATTEMPTS || !LEFTOVERS.test((error as Error).message)) throw error;
      await delay(RETRY_MS);
    }
  }
}

async function startOnFreePort(start: (port: number) => Promise<ServerProcess>): Promise<{ server: ServerProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return { server: await start(port), port };
    } catch (error) {
      if (attempt === START_ATTEMPTS || !PORT_TAKEN.test((error as Error).message)) throw error;
    }
  }
}
