import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { eventually } from '@parley/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { Docker } from './docker.ts';
import { startKafka } from './kafka.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { startS3 } from './s3.ts';
import { startStack } from './stack.ts';

const ROOT = join(import.meta.dirname, '../..');
const said: string[] = [];
const log = (line: string) => void said.push(line);
let dir: string;

/** A program `docker` that comes first on PATH, writes down what it is asked, and fails at what `failing` matches. */
async function installDocker({ failing = 'nothing', hanging = 'nothing' }: { failing?: string; hanging?: string } = {}): Promise<void> {
  const images = { kafka: 'host/kafka:4.3.1', redis: 'host/valkey:9.1.1@sha256:abc', postgres: 'host:5000/postgres', minio: 'minio:R1' };
  const services = Object.fromEntries(Object.entries(images).map(([name, image]) => [name, { image }]));
  const program = `#!/bin/sh
echo "\${STACK_PORT:-no-port} $*" >> '${join(dir, 'calls')}'
case "$*" in *'${failing}'*) echo progress >&2; echo 'no such image' >&2; exit 1;; *'${hanging}'*) exec sleep 60;; *config*) echo '${JSON.stringify({ services })}';; esac
`;
  await writeFile(join(dir, 'docker'), program, { mode: 0o755 });
}

const calls = (): string[] => (existsSync(join(dir, 'calls')) ? readFileSync(join(dir, 'calls'), 'utf8').trim().split('\n') : []);

beforeEach(async () => {
  said.length = 0;
  dir = await mkdtemp(join(tmpdir(), 'parley-docker-'));
  vi.stubEnv('PATH', `${dir}${delimiter}${process.env.PATH}`);
  for (const name of ['STACK_DOCKER', 'KAFKA_BROKERS', 'REDIS_URL', 'DATABASE_URL', 'S3_ENDPOINT']) vi.stubEnv(`PARLEY_${name}`, '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

describe('an engine of the stack', () => {
  it('runs in the Docker that runs here, and is taken down', async () => {
    await installDocker();
    const options = { dir: join(dir, 'redis'), cacheDir: dir, log, docker: new Docker(log) };
    const redis = await startRedis(options);
    const port = new URL(redis.env.PARLEY_REDIS_URL!).port;
    expect(redis).toMatchObject({ version: '9.1.1', origin: 'Docker, host/valkey:9.1.1@sha256:abc', pid: undefined });
    expect(said.at(-1)).toMatch(/^Redis 9\.1\.1 at 127\.0\.0\.1:\d+ in \d+ ms \(Docker, host\/valkey:9\.1\.1@sha256:abc\)$/);
    expect(() => redis.kill('SIGKILL')).toThrow('no process of ours');
    await redis.stop();

    const files = `-f ${join(ROOT, 'docker-compose.yml')} -f ${join(ROOT, 'deploy/stack/engines.compose.yml')}`;
    const [info, config, pull, create, up, down, ...others] = calls();
    expect([info, config]).toEqual(['no-port info', `no-port compose ${files} config --format json`]);
    const project = /-p (parley-stack-redis-[0-9a-f]{8}) /.exec(up!)![1];
    const inProject = `${port} compose -p ${project} ${files}`;
    expect([pull, create]).toEqual([`${inProject} pull -q --policy missing redis`, `${inProject} create redis`]);
    expect(up).toBe(`${inProject} up -d --wait --wait-timeout 120 redis`);
    expect([down, others]).toEqual([`${inProject} down -t 20`, []]);
  });

  it('has its own project for each folder, and asks for Docker once', async () => {
    await installDocker();
    const docker = new Docker(log);
    const folders = ['a', 'b', 'a'].map((name) => join(dir, name));
    const kafkas = await Promise.all(folders.map((folder) => startKafka({ dir: folder, cacheDir: dir, log, docker })));
    const postgres = await startPostgres({ dir, cacheDir: dir, log, docker });
    expect(kafkas[0]!.brokers).toEqual([kafkas[0]!.env.PARLEY_KAFKA_BROKERS]);
    expect(kafkas[0]!.version).toBe('4.3.1');
    expect(postgres.version).toBe('unknown');
    expect(postgres.env.PARLEY_DATABASE_URL).toMatch(/^postgres:\/\/parley:[^@]+@127\.0\.0\.1:\d+\/parley$/);
    await Promise.all([...kafkas, postgres].map((each) => each.stop()));
    expect(calls().filter((call) => call === 'no-port info')).toHaveLength(1);
    const projects = calls().flatMap((call) => (call.includes(' up ') ? [/-p (\S+)/.exec(call)![1]] : []));
    expect(new Set(projects).size).toBe(3);
  });

  it('is the one whose address is given, whatever runs here', async () => {
    await installDocker();
    const given = {
      PARLEY_KAFKA_BROKERS: 'k:1',
      PARLEY_REDIS_URL: 'redis://r:1',
      PARLEY_DATABASE_URL: 'postgres://p:1/d',
      PARLEY_S3_ENDPOINT: 'http://s:1',
      PARLEY_S3_ACCESS_KEY: 'a',
      PARLEY_S3_SECRET_KEY: 's',
      PARLEY_S3_BUCKET: 'b',
    };
    for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value);
    const stack = await startStack({ dir, cacheDir: dir, log, docker: new Docker(log) });
    expect({ env: stack.env, missing: stack.missing }).toEqual({ env: given, missing: [] });
    await stack.stop();
    expect(calls()).toEqual([]);
  });

  it('asks no Docker where none is handed in, as in the tests', async () => {
    await installDocker();
    vi.stubEnv('PATH', dir); // nothing else is found either
    await expect(startRedis({ dir, cacheDir: dir, log })).rejects.toThrow('Redis is missing');
    expect(calls()).toEqual([]);
  });

  it.for([
    { situation: 'is not installed', failing: undefined, choice: 'auto', asked: 0 },
    { situation: 'does not answer', failing: 'info', choice: 'auto', asked: 1 },
    { situation: 'is not wanted', failing: 'nothing', choice: 'never', asked: 0 },
  ])('comes from elsewhere when Docker $situation', async ({ failing, choice, asked }) => {
    if (failing) await installDocker({ failing });
    else vi.stubEnv('PATH', dir);
    vi.stubEnv('PARLEY_STACK_DOCKER', choice);
    const docker = new Docker(log);
    expect(await docker.start({ service: 'redis', name: 'Redis', dir, env: () => ({}) })).toBeUndefined();
    expect(calls()).toHaveLength(asked);
    expect(said).toEqual([]);
  });

  it.for(['config', 'pull', 'create', 'up'])('comes from elsewhere when docker compose %s fails, and says so', async (failing) => {
    await installDocker({ failing: ` ${failing} ` });
    expect(await new Docker(log).start({ service: 'redis', name: 'Redis', dir, env: () => ({}) })).toBeUndefined();
    expect(said.at(-1)).toMatch(/no such image$/);
    expect(calls().at(-1)).toMatch(failing !== 'config' ? / down / : / config /);
  });

  it('comes from elsewhere, and the container goes, when its last step fails', async () => {
    await installDocker();
    vi.stubEnv('PATH', dir);
    await expect(startS3({ dir, cacheDir: join(dir, 'none'), log, docker: new Docker(log) })).rejects.toThrow('an S3 server is missing');
    expect(said.find((line) => line.startsWith('MinIO: not from Docker'))).toContain('ECONNREFUSED');
    expect(calls().at(-1)).toMatch(/ down /);
  });

  it('goes while it is only starting, and nothing else comes', async () => {
    await installDocker({ hanging: ' up ' });
    const docker = new Docker(log);
    const starting = startRedis({ dir, cacheDir: dir, log, docker });
    await eventually(() => expect(calls().at(-1)).toContain(' up '), { timeoutMs: 4_000, intervalMs: 10 });
    await Promise.all([docker.close(), expect(starting).rejects.toThrow('aborted')]);
    expect(calls().filter((call) => call.includes(' down '))).toHaveLength(1);
    expect(calls().at(-1)).toMatch(/ down /);
  });

  it('says what PARLEY_STACK_DOCKER can be', async () => {
    vi.stubEnv('PARLEY_STACK_DOCKER', 'sometimes');
    const docker = new Docker(log);
    await expect(docker.start({ service: 'redis', name: 'Redis', dir, env: () => ({}) })).rejects.toThrow('it can be auto or never');
  });
});

describe('engines.compose.yml', () => {
  it('publishes engines of docker-compose.yml to this machine alone, and outlives nothing', () => {
    type File = { services: Record<string, { ports: string[]; restart: string }> };
    const noTags = (text: string) => text.replace(/!(reset|override) /g, '');
    const over = parse(noTags(readFileSync(join(import.meta.dirname, 'engines.compose.yml'), 'utf8'))) as File;
    const base = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as File;
    expect(Object.keys(over.services)).toEqual(['kafka', 'redis', 'postgres', 'minio']);
    for (const [name, { ports, restart }] of Object.entries(over.services)) {
      expect(base.services).toHaveProperty(name);
      expect(ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:\$\{STACK_PORT:-0\}:\d+$/)]);
      expect(restart).toBe('no');
    }
  });
});
