import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from './eventually.js';
import { commandOf, cpuMicros, ownCpuMicros, processTree, pssBytes } from './processes.js';

const children: ReturnType<typeof spawn>[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

function node(script: string): number {
  const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
  children.push(child);
  return child.pid!;
}

const BURN = 'while (process.cpuUsage().user + process.cpuUsage().system < 200_000);';

describe.runIf(existsSync('/proc/self/stat'))('processes', () => {
  it('counts the time of descendants, those that ended included', async () => {
    const pid = node(
      `require('child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(BURN)}]); setInterval(() => {}, 1000);`,
    );
    await eventually(() => cpuMicros(pid) > 150_000 && processTree(pid).length === 1, { timeoutMs: 20_000 });
    expect(cpuMicros(pid) - ownCpuMicros(pid)).toBeGreaterThan(150_000);
  }, 30_000);

  it('finds the whole tree and what it costs', async () => {
    const pid = node(`require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });`);
    const [root, child] = await eventually(() => {
      const tree = processTree(pid);
      return tree.length === 2 && tree;
    });
    expect(root).toBe(pid);
    await eventually(() => commandOf(child!).includes('setInterval') && pssBytes(child!) > 10_000_000);
    process.kill(child!, 'SIGKILL');
  });

  it('knows that a process is gone', async () => {
    const pid = node('');
    await eventually(() => processTree(pid).length === 0);
  });
});
