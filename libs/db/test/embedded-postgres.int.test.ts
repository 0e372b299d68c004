import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SourceProcess } from '@parley/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataFolderError, EmbeddedPostgres } from '../src/index.js';

type Answer = { url: string } | { error: string; message: string };

let dataDir: string;
let children: SourceProcess[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'parley-embedded-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) await child.kill('SIGTERM');
  const left = postmaster();
  if (left !== undefined) quit(left);
  await expect.poll(postmaster).toBeUndefined();
  remove(dataDir);
});

const start = (log: (line: string) => void = () => undefined) => EmbeddedPostgres.start({ dataDir, log });

function startChild(...args: string[]): SourceProcess {
  const child = new SourceProcess(new URL('./fixtures/own-postgres.ts', import.meta.url), { args: [dataDir, ...args] });
  children.push(child);
  return child;
}

async function urlOf(child: SourceProcess): Promise<string> {
  const answer = await child.answer<Answer>();
  if ('error' in answer) throw new Error(answer.message);
  return answer.url;
}

const clusterDir = () => join(dataDir, 'postgres', 'cluster');

/** The live server of the folder under test. */
function postmaster(): number | undefined {
  const pid = Number(pidFile().split('\n')[0]);
  return pid > 0 && existsSync(`/proc/${pid}/root/.`) ? pid : undefined;
}

/** '' without one: a server that ends takes it away at any moment. */
function pidFile(): string {
  try {
    return readFileSync(join(clusterDir(), 'postmaster.pid'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return '';
  }
}

/** It may end by itself in the same moment. */
function quit(pid: number): void {
  try {
    process.kill(pid, 'SIGQUIT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whoever was killed may have left an initdb behind, which still writes there. */
const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });

const childrenOf = (pid: number): number[] =>
  execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .trim()
    .split(/\s+/)
    .map(Number);

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function failure(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => new Error('it did not fail'),
    (error: Error) => error,
  );
}

describe('an embedded server', () => {
  it('keeps its data and its password over a restart, and is durable', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE note AS SELECT 1 AS n');
    expect(
      await query(
        first.url,
        `SELECT current_setting('fsync') AS f, current_setting('synchronous_commit') AS s, current_setting('server_encoding') AS e`,
      ),
    ).toEqual([{ f: 'on', s: 'on', e: 'UTF8' }]);
    await first.stop();
    await first.stop();
    expect(postmaster()).toBeUndefined();

    const second = await start();
    expect(await query(second.url, 'SELECT n FROM note')).toEqual([{ n: 1 }]);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
    await second.stop();
    expect(readdirSync(dataDir).sort()).toEqual(['parley.lock', 'postgres']);
  });

  it('sorts by code point and knows letters beyond ASCII', async () => {
    await using server = await start();
    const [row] = (await query(
      server.url,
      `SELECT lower('ÄÖЖ') AS lower, 'B' < 'a' AS sorted, to_tsvector('simple', 'ПРИВЕТ') @@ to_tsquery('simple', 'привет') AS found`,
    )) as [Record<string, unknown>];
    expect(row).toEqual({ lower: 'äöж', sorted: true, found: true });
  });

  it('lets in nobody without the password, and listens on this machine only', async () => {
    await using server = await start();
    const wrong = new URL(server.url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect(new URL(server.url).password.length).toBeGreaterThanOrEqual(32);
    expect(statSync(join(dataDir, 'postgres', 'password')).mode & 0o777).toBe(0o600);
    expect(
      await query(server.url, `SELECT current_setting('listen_addresses') AS l, current_setting('unix_socket_directories') AS u`),
    ).toEqual([{ l: '127.0.0.1', u: '' }]);
  });

  it('comes back on the same port when it dies', async () => {
    const lines: string[] = [];
    await using server = await start((line) => lines.push(line));
    await query(server.url, 'CREATE TABLE note AS SELECT 1 AS n');
    process.kill(postmaster() ?? 0, 'SIGKILL');
    await expect.poll(() => query(server.url, 'SELECT n FROM note').catch(() => 'away'), { timeout: 10_000 }).toEqual([{ n: 1 }]);
    expect(lines.join()).toContain('ended unexpectedly');
  });

  it('is not reached by Ctrl-C in a terminal, only its owner is', async () => {
    const child = startChild();
    const url = await urlOf(child);
    process.kill(-child.pid, 'SIGINT');
    await expect(query(url, 'SELECT pg_sleep(0.3)')).resolves.toHaveLength(1);
  });

  it('ends with its owner, also when that only exits or has nothing left to do', async () => {
    for (const ending of ['exit', 'end']) {
      const child = startChild(ending);
      await urlOf(child);
      expect(await child.exited).toBe(0);
      await expect.poll(postmaster).toBeUndefined();
    }
  });

  it('ends by itself after a kill -9 of its owner', async () => {
    const child = startChild();
    await urlOf(child);
    await child.kill('SIGKILL');
    await expect.poll(postmaster, { timeout: 5_000 }).toBeUndefined();
  });

  it.each(['still running', 'about to end'])('is taken over when its owner was killed and it is %s', async (state) => {
    const child = startChild();
    const url = await urlOf(child);
    await query(url, 'CREATE TABLE note AS SELECT 1 AS n');
    const orphan = postmaster();
    expect(orphan).toBeDefined();
    if (state === 'still running')
      for (const guard of childrenOf(child.pid).filter((pid) => pid !== orphan)) process.kill(guard, 'SIGKILL');
    await child.kill('SIGKILL');

    const lines: string[] = [];
    await using server = await start((line) => lines.push(line));
    expect(await query(server.url, 'SELECT n FROM note')).toEqual([{ n: 1 }]);
    expect(postmaster()).not.toBe(orphan);
    if (state === 'still running') expect(lines[0]).toContain('had left behind');
  });

  it('replays its log after owner and server were killed together', async () => {
    const child = startChild();
    const url = await urlOf(child);
    await query(url, 'CREATE TABLE note AS SELECT 1 AS n');
    const server = postmaster() ?? 0;
    await child.kill('SIGKILL');
    process.kill(server, 'SIGKILL');
    await using again = await start();
    expect(await query(again.url, 'SELECT n FROM note')).toEqual([{ n: 1 }]);
  });
});

describe('a data folder', () => {
  it('is refused to a second process, and to a second start in this one', async () => {
    await using server = await start();
    expect((await failure(start())).message).toBe(
      `the data folder ${dataDir} is in use by another Parley (process ${process.pid}): stop that one, or set PARLEY_DATA_DIR to another folder`,
    );
    const second = startChild();
    expect(await second.answer<Answer>()).toMatchObject({ error: 'DataFolderError' });
    expect(await second.exited).toBe(1);
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('goes to exactly one of several that start at once', async () => {
    const answers = await Promise.all([startChild(), startChild(), startChild()].map((child) => child.answer<Answer>()));
    expect(answers.filter((answer) => 'url' in answer)).toHaveLength(1);
    expect(answers.filter((answer) => 'error' in answer && answer.error === 'DataFolderError')).toHaveLength(2);
  });

  it('is free again after a kill -9, whoever has the old number now', async () => {
    const child = startChild();
    await urlOf(child);
    await child.kill('SIGKILL');
    writeFileSync(join(dataDir, 'parley.pid'), `${process.ppid}\n`);
    await using server = await start();
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('forgets the pid file of a server that is gone, also if another process has its number', async () => {
    await (await start()).stop();
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
    try {
      for (const pid of [stranger.pid, 4_000_000]) {
        writeFileSync(join(clusterDir(), 'postmaster.pid'), `${pid}\n${clusterDir()}\n1\n1\n\n127.0.0.1\n0 0\nready\n`);
        await (await start()).stop();
      }
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      stranger.kill();
    }
  });

  it('is made anew when its making was interrupted', async () => {
    const entries = () => (existsSync(dataDir) ? readdirSync(dataDir) : []);
    const hasBegun = () => entries().some((name) => name.startsWith('postgres'));
    // It takes a moment only, and may be over before the kill: then it is begun again.
    for (let attempt = 0; attempt < 10 && !entries().some((name) => name.startsWith('postgres.new-')); attempt += 1) {
      for (const name of entries()) remove(join(dataDir, name));
      const child = startChild();
      await expect.poll(hasBegun, { interval: 2, timeout: 10_000 }).toBe(true);
      await child.kill('SIGKILL');
    }
    expect(entries()).not.toContain('postgres');
    await using server = await start();
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(readdirSync(dataDir).filter((name) => name.startsWith('postgres.new-'))).toEqual([]);
  });

  it('tells in one line why it cannot be used', async () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    for (const [folder, reason] of [
      [file, 'a part of the path is a file'],
      [join(file, 'below'), 'a part of the path is a file'],
      ['/proc/parley', 'it cannot be created there'],
    ] as const) {
      const error = await failure(EmbeddedPostgres.start({ dataDir: folder, log: () => undefined }));
      expect(error).toBeInstanceOf(DataFolderError);
      expect(error.message).toContain(`the data folder ${folder} cannot be used`);
      expect(error.message).toContain(reason);
      expect(error.message).not.toContain('\n');
    }
  });

  it('of another version of Postgres is left alone', async () => {
    await (await start()).stop();
    writeFileSync(join(clusterDir(), 'PG_VERSION'), '17\n');
    expect((await failure(start())).message).toBe(`the data folder ${dataDir} was written by PostgreSQL 17, this Parley brings 18`);
    writeFileSync(join(clusterDir(), 'PG_VERSION'), '18\n');
    await (await start()).stop();
  });

  it.runIf(process.getuid?.() === 0)('under a closed folder is refused to root, whose server must run as another user', async () => {
    chmodSync(dataDir, 0o755);
    const closed = join(dataDir, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const error = await failure(EmbeddedPostgres.start({ dataDir: join(closed, 'data'), log: () => undefined }));
    expect(error).toBeInstanceOf(DataFolderError);
    expect(error.message).toContain(`allow passing through ${closed} (chmod o+x)`);
    chmodSync(closed, 0o711);
    await (await EmbeddedPostgres.start({ dataDir: join(closed, 'data'), log: () => undefined })).stop();
  });
});

describe('what it costs', () => {
  it.runIf(process.platform === 'linux')('is under 40 MB while nothing happens', async () => {
    await using server = await start();
    await query(server.url, 'SELECT 1');
    // The process of a connection that has just ended may still be listed, and be gone before it is read.
    await vi.waitFor(() => {
      const leader = postmaster() ?? 0;
      const pids = [leader, ...childrenOf(leader)];
      const pss = pids.map((pid) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]));
      expect(pids.length).toBeLessThanOrEqual(6);
      expect(pss.reduce((sum, kib) => sum + kib, 0) / 1024).toBeLessThan(40);
    }, 5_000);
  });
});
