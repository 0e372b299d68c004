import { spawn, type ChildProcess } from 'node:child_process';
import type { ServerUser } from './server-user.js';

/**
 * Ends the server when this process is killed without a chance to do so itself: a shell waits at the other end of a
 * pipe that the system closes with us.
 */
export class OrphanGuard {
  readonly #shell: ChildProcess;

  constructor(serverPid: number, user: ServerUser | undefined) {
    this.#shell = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1"', 'parley-orphan-guard', String(serverPid)], {
      ...user,
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#shell.on('error', () => undefined); // without a shell the next start finds the orphan
    this.#shell.unref();
  }

  /** The number may belong to another process as soon as the server is gone. */
  dismiss(): void {
    this.#shell.kill('SIGKILL');
  }
}
