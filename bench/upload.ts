import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ChatClient, newClientMsgId } from '@parley/testing';
import { Client } from 'minio';
import { markdownTable, provenance, rounded } from './support/report.ts';
import { Services } from './support/services.ts';
import { median } from './support/statistics.ts';

const MIB = 1024 * 1024;
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '4' },
    files: { type: 'string', default: '24' },
    'at-once': { type: 'string', default: '4' },
    mebibytes: { type: 'string', default: '16' },
  },
});
const [rounds, files, atOnce, size] = [
  Number(values.rounds),
  Number(values.files),
  Number(values['at-once']),
  Number(values.mebibytes) * MIB,
];
/** A document: it goes through the service to the store as it is. */
const content = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size - 9)]);

await using services = await Services.start({ counts: { media: 1 } });
const { http: alice } = new ChatClient({ url: services.urlOf('auth') });
await alice.register({ username: `bench-${newClientMsgId().slice(-12)}`, password: 'a long enough password' });
const {
  PARLEY_S3_ENDPOINT: endpoint,
  PARLEY_S3_ACCESS_KEY: accessKey,
  PARLEY_S3_SECRET_KEY: secretKey,
  PARLEY_S3_BUCKET: bucket,
} = services.store;
const { hostname, port } = new URL(endpoint!);
const s3 = new Client({
  endPoint: hostname,
  port: Number(port),
  useSSL: false,
  region: 'us-east-1',
  accessKey: accessKey!,
  secretKey: secretKey!,
});

const ways = {
  'the S3 server itself': (n: number) => s3.putObject(bucket!, `bench-${n}`, content, size),
  'the media service': async () => {
    const form = new FormData();
    form.set('file', new Blob([content]), 'paper.pdf');
    const headers = { authorization: `Bearer ${alice.accessToken}` };
    const response = await fetch(`${services.urlOf('media')}/api/media`, { method: 'POST', body: form, headers });
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
    await response.json();
  },
};
type Way = keyof typeof ways;
const WAYS = Object.keys(ways) as Way[];
const measured: Record<Way, { mebibytesPerSecond: number; cpuMs: number }[]> = { 'the S3 server itself': [], 'the media service': [] };

for (const way of WAYS) await upload(way, atOnce); // warm
for (let round = 0; round < rounds; round += 1)
  for (const way of round % 2 === 0 ? WAYS : WAYS.toReversed()) {
    const cpuBefore = cpuOfServer();
    const startedAt = performance.now();
    await upload(way, files);
    const seconds = (performance.now() - startedAt) / 1_000;
    measured[way].push({ mebibytesPerSecond: (files * size) / MIB / seconds, cpuMs: (cpuOfServer() - cpuBefore) / 1_000 / files });
  }

const rows = WAYS.map((way) => [
  way,
  rounded(median(measured[way].map(({ mebibytesPerSecond }) => mebibytesPerSecond))),
  rounded(median(measured[way].map(({ cpuMs }) => cpuMs))),
]);
console.log(`\nUploads of ${size / MIB} MiB, ${atOnce} at once, ${files} a round, ${rounds} rounds by turns (medians). ${provenance()}.`);
console.log(markdownTable(['through', 'MiB/s', 'CPU-ms per file, store and service'], rows));

async function upload(way: Way, count: number): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await ways[way](next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function cpuOfServer(): number {
  const cpu = services.cpu();
  return ['media', 'S3 store', 'Postgres'].reduce((sum, part) => sum + (cpu[part] ?? 0), 0);
}
