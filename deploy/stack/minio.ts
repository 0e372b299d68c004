import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'minio';
import { exists, freePorts, makeWhole, startServer, type RunningComponent, type StarterOptions } from './local-server.ts';

const run = promisify(execFile);
/** The last state of its open source, of 2026-02-12; Go's module proxy and checksum database vouch for it. */
const MODULE = 'github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c';
const RELEASE = '20260212201848';
/** Two minutes on two quiet processors, and as long again for what it downloads. */
const BUILD_MS = 15 * 60_000;
const ADVICE = 'install Go 1.24 or newer, which builds it (https://go.dev/dl/)';
/** For data on this machine, served to this machine alone. */
const CREDENTIALS = { accessKey: 'parley', secretKey: 'parley-local-secret' };
const BUCKET = 'parley';

/**
 * A MinIO on 127.0.0.1 with the bucket made: the second S3 server of the tests, which shows that no server's ways are relied on.
 * Built from source once, because nobody publishes it any more. Rejects with one line that says what to install.
 */
export async function startMinio(options: StarterOptions): Promise<RunningComponent> {
  const command = await obtainMinio(options);
  const began = performance.now();
  const [port, consolePort] = await freePorts(2);
  const data = join(options.dir, 'data');
  await mkdir(data, { recursive: true });
  const client = new Client({ endPoint: '127.0.0.1', port: port!, useSSL: false, region: 'us-east-1', ...CREDENTIALS });
  const server = await startServer({
    name: 'minio',
    command,
    args: ['server', '--quiet', data, '--address', `127.0.0.1:${port}`, '--console-address', `127.0.0.1:${consolePort}`],
    env: {
      MINIO_ROOT_USER: CREDENTIALS.accessKey,
      MINIO_ROOT_PASSWORD: CREDENTIALS.secretKey,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    },
    dir: options.dir,
    isReady: async () => {
      if (!(await client.bucketExists(BUCKET))) await client.makeBucket(BUCKET);
      return true;
    },
  });
  const address = `http://127.0.0.1:${port}`;
  const origin = 'built from source';
  options.log(`MinIO ${RELEASE} at ${address} in ${Math.round(performance.now() - began)} ms (${origin})`);
  return {
    env: {
      PARLEY_S3_ENDPOINT: address,
      PARLEY_S3_ACCESS_KEY: CREDENTIALS.accessKey,
      PARLEY_S3_SECRET_KEY: CREDENTIALS.secretKey,
      PARLEY_S3_BUCKET: BUCKET,
    },
    version: RELEASE,
    origin,
    ...server,
  };
}

async function obtainMinio({ cacheDir, log }: StarterOptions): Promise<string> {
  const dir = join(cacheDir, `minio-${RELEASE}`);
  const command = join(dir, 'minio');
  if (await exists(command)) return command;
  await run('go', ['version']).catch(() => {
    throw new Error(`MinIO is missing: ${ADVICE}`);
  });
  log(`MinIO ${RELEASE}: building it from source, once; this takes some minutes …`);
  await makeWhole(dir, async (target) => {
    const env = { ...process.env, GOBIN: target, GOFLAGS: '-trimpath -buildvcs=false', CGO_ENABLED: '0' };
    await run('go', ['install', '-ldflags=-s -w', MODULE], { env, timeout: BUILD_MS, maxBuffer: 64 * 1024 * 1024 }).catch(
      (error: { stderr?: string; message: string }) => {
        const reason = (error.stderr || error.message).trim().split('\n').at(-1);
        throw new Error(`MinIO could not be built: ${ADVICE} (${reason})`);
      },
    );
  });
  return command;
}
