import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { MessagePosted } from '@parley/contracts';
import { EmbeddedPostgres, migrate } from '@parley/db';
import { logSchema, PostgresEventLog } from '@parley/platform';
import { cpuMicros, ownCpuMicros } from '@parley/testing';
import { markdownTable, provenance, rounded } from './support/report.ts';
import { percentile } from './support/statistics.ts';

/** What a record of the embedded event log costs: closed-loop appenders, one group that consumes everything, fsync on. */
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' }, appenders: { type: 'string', default: '50,5' } } });
const WARM_UP_MS = 3_000;

const dataDir = await mkdtemp(join(tmpdir(), 'parley-bench-'));
const server = await EmbeddedPostgres.start({ dataDir, log: () => undefined });
try {
  await migrate(server.url, [logSchema]);
  const rows: string[][] = [];
  for (const appenders of values.appenders.split(',')) rows.push(await measure(Number(appenders)));
  console.log(`\nCPU us per record appended and consumed, this process (the appenders included) and Postgres.\n${provenance()}\n`);
  console.log(
    markdownTable(['appenders', 'records/s', 'ack p50 ms', 'ack p99 ms', 'records per batch', 'CPU us', 'of that Postgres'], rows),
  );
} finally {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function measure(appenders: number): Promise<string[]> {
  const log = await PostgresEventLog.open({ url: server.url });
  const subscription = await log.consume({
    topic: MessagePosted.topic,
    group: 'bench',
    events: [MessagePosted],
    handle: async () => undefined,
  });
  let isRunning = true;
  let latencies: number[] = [];
  const loops = Array.from({ length: appenders }, async () => {
    const sender = { roomId: randomUUID(), senderId: randomUUID() };
    while (isRunning) {
      const started = performance.now();
      await log.append(MessagePosted, messageOf(sender));
      latencies.push(performance.now() - started);
    }
  });
  const look = () => ({ ...log.stats(), all: cpuMicros(process.pid), own: ownCpuMicros(process.pid), at: performance.now() });
  await delay(WARM_UP_MS);
  latencies = [];
  const before = look();
  await delay(Number(values.seconds) * 1_000);
  const after = look();
  isRunning = false;
  await Promise.all(loops);
  await subscription.caughtUp();
  await log.close();
  const records = after.appended - before.appended;
  const all = (after.all - before.all) / records;
  return [
    String(appenders),
    rounded((records * 1_000) / (after.at - before.at)),
    percentile(latencies, 0.5).toFixed(1),
    percentile(latencies, 0.99).toFixed(1),
    (records / (after.batches - before.batches)).toFixed(1),
    rounded(all),
    rounded(all - (after.own - before.own) / records),
  ];
}

function messageOf(sender: { roomId: string; senderId: string }): MessagePosted {
  return {
    ...sender,
    messageId: randomUUID(),
    clientMsgId: randomUUID(),
    text: 'x'.repeat(100),
    replyTo: null,
    attachments: [],
    mayMentionEveryone: false,
    acceptedAt: new Date().toISOString(),
  };
}
