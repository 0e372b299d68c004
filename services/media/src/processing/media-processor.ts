import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { WorkSlots, type ConfigOf } from '@parley/runtime';
import { mediaConfig } from '../media.config.js';
import type { ImageResult, TimedResult } from './media-worker.js';
import { WorkerProcess } from './worker-process.js';

const SPOOL = join(tmpdir(), 'parley-media');
/** No upload takes as long. */
const ABANDONED_MS = 24 * 3_600_000;
/** A file whose duration is not found soon has none that anybody waits for. */
const DURATION_MS = 5_000;

/** A folder for one upload, gone with it. */
export interface Workplace extends AsyncDisposable {
  readonly source: string;
  readonly output: string;
  readonly thumbnail: string;
}

/** Looks into files, in processes of their own and few at a time. */
@Injectable()
export class MediaProcessor implements OnApplicationShutdown {
  private readonly slots: WorkSlots;
  private readonly free: WorkerProcess[];
  private readonly workers: readonly WorkerProcess[];

  constructor(@Inject(mediaConfig.token) private readonly config: ConfigOf<typeof mediaConfig>) {
    this.slots = new WorkSlots(config.WORKERS, config.WORKERS_QUEUE);
    this.workers = Array.from({ length: config.WORKERS }, () => new WorkerProcess());
    this.free = [...this.workers];
  }

  onApplicationShutdown(): void {
    for (const worker of this.workers) worker.stop();
  }

  async openWorkplace(): Promise<Workplace> {
    await mkdir(SPOOL, { recursive: true, mode: 0o700 });
    const folder = await mkdtemp(join(SPOOL, 'upload-'));
    return {
      source: join(folder, 'source'),
      output: join(folder, 'output'),
      thumbnail: join(folder, 'thumbnail'),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
    };
  }

  /** Decodes `source` and writes `output` and `thumbnail`. Rejects with MEDIA_UNREADABLE, with BUSY when too many wait. */
  async encodeImage(place: Workplace, type: string): Promise<ImageResult> {
    const { PIXELS_MAX: pixelsMax, FRAMES_MAX: framesMax, DECODE_MS } = this.config;
    const { source: path, output, thumbnail } = place;
    const job = { kind: 'image', path, type, output, thumbnail, pixelsMax, framesMax } as const;
    return (await this.run((worker) => worker.run(job, DECODE_MS))) as ImageResult;
  }

  /** undefined: it cannot be told. */
  async findDurationMs(place: Workplace, type: string): Promise<number | undefined> {
    const job = { kind: 'timed', path: place.source, type } as const;
    const found = this.run((worker) => worker.run(job, DURATION_MS)) as Promise<TimedResult>;
    return found.then(
      ({ durationMs }) => durationMs,
      () => undefined,
    );
  }

  /** Folders that a process left behind which was killed in the middle of uploads. */
  async removeAbandoned(): Promise<void> {
    for (const name of await readdir(SPOOL).catch(() => [])) {
      const folder = join(SPOOL, name);
      const age = await stat(folder).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > ABANDONED_MS) await rm(folder, { recursive: true, force: true });
    }
  }

  private run<T>(work: (worker: WorkerProcess) => Promise<T>): Promise<T> {
    return this.slots.run(async () => {
      const worker = this.free.pop()!; // there is one for each slot
      try {
        return await work(worker);
      } finally {
        this.free.push(worker);
      }
    });
  }
}
