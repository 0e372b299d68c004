import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { ParleyError } from '@parley/contracts';
import type { ImageResult, TimedResult, WorkerAnswer, WorkerJob } from './media-worker.js';

/** Runs from source as well, where the file has another ending. */
const PROGRAM = new URL(`./media-worker${extname(import.meta.filename)}`, import.meta.url);
/** Decoders leave memory in pieces behind; a process that rests gives all of it back. */
const IDLE_MS = 30_000;

/** One child process that takes one job at a time; started when it is needed, ended when it rests, replaced when it dies. */
export class WorkerProcess {
  private child: ChildProcess | undefined;
  private idle: NodeJS.Timeout | undefined;

  /** Rejects with MEDIA_UNREADABLE when the job fails, takes longer than `timeoutMs`, or ends the process. */
  async run(job: WorkerJob, timeoutMs: number): Promise<ImageResult | TimedResult> {
    clearTimeout(this.idle);
    const child = (this.child ??= this.start());
    const answered = Promise.withResolvers<WorkerAnswer>();
    const fail = (fault: string) => answered.resolve({ fault });
    const onExit = (code: number | null, signal: string | null) => fail(`the process ended with ${signal ?? code}`);
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`it took longer than ${timeoutMs} ms`);
    }, timeoutMs);
    child.once('message', (answer: WorkerAnswer) => answered.resolve(answer)).once('exit', onExit);
    child.send(job, (error) => error && fail(error.message));
    try {
      const answer = await answered.promise;
      if ('fault' in answer) throw new ParleyError('MEDIA_UNREADABLE', { cause: new Error(answer.fault) });
      return answer.result;
    } finally {
      clearTimeout(timer);
      child.removeAllListeners('message').off('exit', onExit);
      this.idle = setTimeout(() => this.stop(), IDLE_MS).unref();
    }
  }

  stop(): void {
    clearTimeout(this.idle);
    this.child?.kill('SIGKILL'); // it has nothing to finish
    this.child = undefined;
  }

  private start(): ChildProcess {
    const child = fork(PROGRAM, {
      execArgv: [],
      // It gets no configuration, and so no secrets. Fewer arenas keep the allocator from hoarding.
      env: { MALLOC_ARENA_MAX: '2', VIPS_BLOCK_UNTRUSTED: '1' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('error', () => undefined); // told by whoever waits for its answer
    child.once('exit', () => {
      if (this.child === child) this.child = undefined;
    });
    return child;
  }
}
