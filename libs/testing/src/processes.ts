import { readdirSync, readFileSync } from 'node:fs';

/** A row of /proc; Linux only, like everything here. */
interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly ownTicks: number;
  /** With those of descendants that it has waited for. */
  readonly cpuTicks: number;
}

/** `sysconf(_SC_CLK_TCK)`: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** The process and everything that descends from it. Empty when it is gone. */
export function processTree(rootPid: number): number[] {
  return treeOf(rootPid).map((row) => row.pid);
}

/**
 * CPU time of a process tree since it began, in microseconds: user and system, those descendants included that ended
 * and were waited for. Fine to 10 ms per process.
 */
export function cpuMicros(rootPid: number): number {
  return treeOf(rootPid).reduce((sum, row) => sum + row.cpuTicks, 0) * (1_000_000 / TICKS_PER_SECOND);
}

/** CPU time of one process without its descendants, in microseconds. */
export function ownCpuMicros(pid: number): number {
  return (treeOf(pid)[0]?.ownTicks ?? 0) * (1_000_000 / TICKS_PER_SECOND);
}

/** Memory that a process costs, bytes: its own pages and its share of those that it shares. */
export function pssBytes(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

/** What the process was started as, for people. */
export function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
}

function treeOf(rootPid: number): ProcessRow[] {
  const children = Map.groupBy(listProcesses(), (row) => row.parent);
  const found = [...children.values()].flat().filter((row) => row.pid === rootPid);
  for (const row of found) found.push(...(children.get(row.pid) ?? []));
  return found;
}

function listProcesses(): ProcessRow[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = readStat(name);
      if (stat === undefined) return [];
      // The name in brackets may hold anything; the numbers follow its last bracket.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15).map(Number);
      const ownTicks = utime + stime;
      return [{ pid: Number(name), parent: Number(fields[1]), ownTicks, cpuTicks: ownTicks + cutime + cstime }];
    });
}

/** Processes end between listing and reading. */
function readStat(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
}
