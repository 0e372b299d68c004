import { freePort } from '@parley/testing';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startChild } from '../child.ts';
import { nodeAndPostgres } from '../cpu.ts';
import type { Pair, Target, TargetKind } from '../target.ts';

const MAIN = path.resolve(import.meta.dirname, '../../dist/naive-nest/main.js');

/** `bench/baselines/naive-nest`: no accounts, no membership, no order, no deduplication. */
export const naiveNest: TargetKind = {
  name: 'naive-nest',
  description: 'Nest gateway with class-validator, TypeORM save() per message, server.to(room).emit, then the ack',
  async start(): Promise<Target> {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-bench-'));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const child = await startChild(MAIN, { PORT: String(port), DATA_DIR: dataDir });
    return {
      socketUrls: [url],
      cpu: () => nodeAndPostgres(child.pid),
      pairs: async (count): Promise<Pair[]> =>
        Array.from({ length: count }, () => ({ roomId: randomUUID(), senderToken: randomUUID(), listenerToken: randomUUID() })),
      countStored: async () => ((await (await fetch(`${url}/stored`)).json()) as { stored: number }).stored,
      [Symbol.asyncDispose]: async () => {
        await child.stop();
        await rm(dataDir, { recursive: true, force: true });
      },
    };
  },
};
