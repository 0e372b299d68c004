// Makes the bucket of PARLEY_S3_BUCKET on any S3 server, unless it is there. Waits a minute for the server.

import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'minio';

const PATIENCE_MS = 60_000;

function variable(name: string, fallback?: string): string {
  const file = process.env[`${name}_FILE`];
  const value = file ? readFileSync(file, 'utf8').trim() : process.env[name] || fallback;
  if (value) return value;
  console.error(`bucket: ${name} is missing`);
  process.exit(1);
}

const endpoint = new URL(variable('PARLEY_S3_ENDPOINT'));
const bucket = variable('PARLEY_S3_BUCKET', 'parley');
const region = variable('PARLEY_S3_REGION', 'us-east-1');
const client = new Client({
  endPoint: endpoint.hostname,
  ...(endpoint.port ? { port: Number(endpoint.port) } : {}),
  useSSL: endpoint.protocol === 'https:',
  accessKey: variable('PARLEY_S3_ACCESS_KEY'),
  secretKey: variable('PARLEY_S3_SECRET_KEY'),
  region,
});

for (const giveUpAt = performance.now() + PATIENCE_MS; ; await delay(500)) {
  try {
    if (await client.bucketExists(bucket)) console.log(`bucket: ${bucket} is there`);
    else {
      await client.makeBucket(bucket, region);
      console.log(`bucket: ${bucket} was made`);
    }
    break;
  } catch (error) {
    if (performance.now() < giveUpAt) continue;
    console.error(
      `bucket: ${endpoint.origin} does not let us make ${bucket}: ${(error as Error).message || (error as { code?: string }).code}`,
    );
    process.exit(1);
  }
}
