import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;
const FAST_STOP_MS = 20_000;
const IMMEDIATE_STOP_MS = 10_000;

/** The server of `clusterDir` that an earlier process left behind, if it still runs. */
export function findPostmaster(clusterDir: string): number | undefined {
  const pid = Number(readPidFile(clusterDir)?.split('\n')[0]);
  return Number.isInteger(pid) && pid > 1 && isPostmasterOf(pid, clusterDir) ? pid : undefined;
}

/**
 * Ends a server that nobody owns and removes a pid file whose process is gone. Postgres itself takes any live process
 * with that number for its rival, so a pid file must not outlive a reboot or a restarted container.
 */
export async function clearPostmaster(clusterDir: string): Promise<'nothing' | 'stale' | 'stopped'> {
  const pid = findPostmaster(clusterDir);
  if (pid !== undefined) {
    await stopPostmaster(pid, clusterDir);
    return 'stopped';
  }
  if (readPidFile(clusterDir) === undefined) return 'nothing';
  rmSync(join(clusterDir, 'postmaster.pid'), { force: true });
  return 'stale';
}

async function stopPostmaster(pid: number, clusterDir: string): Promise<void> {
  for (const [name, timeoutMs] of [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', IMMEDIATE_STOP_MS],
  ] as const) {
    signal(pid, name);
    for (const deadline = performance.now() + timeoutMs; performance.now() < deadline; await delay(POLL_MS)) {
      if (!isPostmasterOf(pid, clusterDir)) return; // a zombie, whose parent does not collect it, counts as gone
    }
  }
  throw new Error(`the database server (process ${pid}) does not stop`);
}

function readPidFile(clusterDir: string): string | undefined {
  try {
    return readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A server works inside its cluster's folder: a process that only got the same number does not. */
function isPostmasterOf(pid: number, clusterDir: string): boolean {
  try {
    if (process.platform === 'linux') {
      const [theirs, ours] = [statSync(`/proc/${pid}/cwd`), statSync(clusterDir)];
      return theirs.dev === ours.dev && theirs.ino === ours.ino;
    }
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(clusterDir);
  } catch {
    return false; // no such process, or one that is not ours to look at
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
