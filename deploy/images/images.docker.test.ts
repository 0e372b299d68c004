import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChatClient, eventually, freePort, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Crowd } from '../../services/standalone/test/support/crowd.ts';
import { Random } from '../../services/standalone/test/support/random.ts';
import { ComposeProject, type Container } from './compose-project.ts';

const GATEWAYS = 3;
const DRAIN_MS = 9_000;
const IMAGE = process.env.PARLEY_IMAGE ?? 'parley:images-test';
const BUILD_MS = 1_800_000;
const UP_MS = 900_000;
const OURS = ['auth', 'rooms', 'messages', 'media', 'gateway', 'web'];

interface Image {
  readonly Size: number;
  readonly Config: {
    readonly User: string;
    readonly StopSignal: string;
    /** Images in the format of OCI have none; docker-compose.yml brings its own. */
    readonly Healthcheck?: { readonly Test: readonly string[] };
    readonly Env: readonly string[];
  };
}

interface Inspected {
  readonly HostConfig: { readonly ReadonlyRootfs: boolean; readonly CapAdd: readonly string[] | null };
}

const say = (line: string): void => void process.stdout.write(`images: ${line}\n`);

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  say(`${what} in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  return result;
}

/** Builds the image, brings docker-compose.yml up with it, and stops a gateway under load. */
describe('the images', () => {
  const random = new Random();
  let project: ComposeProject;
  let url: string;
  let backups: string;

  beforeAll(async () => {
    const port = String(await freePort());
    url = `http://127.0.0.1:${port}`;
    backups = await mkdtemp(join(tmpdir(), 'parley-images-'));
    project = new ComposeProject('parley-images-test', {
      PARLEY_IMAGE: IMAGE,
      PORT: port,
      PARLEY_PUBLIC_URL: url,
      PARLEY_LIMITS_FACTOR: '0',
      BACKUP_DIR: backups,
      PARLEY_GATEWAY_DRAIN_WINDOW_MS: String(DRAIN_MS),
    });
    await project[Symbol.asyncDispose](); // of a run that was ended
    if (process.env.PARLEY_IMAGES_BUILD === 'never') return say(`${IMAGE} is taken as it is`);
    const bases = ['BUILD_IMAGE', 'RUNTIME_IMAGE'].flatMap((name) =>
      process.env[name] ? ['--build-arg', `${name}=${process.env[name]}`] : [],
    );
    await timed(`${IMAGE} was built`, () => project.docker('build', '-f', 'deploy/Dockerfile', '-t', IMAGE, ...bases, '.'));
  }, BUILD_MS);
  afterAll(async () => {
    await project?.[Symbol.asyncDispose]();
    if (backups) await rm(backups, { recursive: true, force: true });
  }, 600_000);

  it('run as nobody in particular, take signals themselves and say what they consist of', { timeout: 300_000 }, async () => {
    const { Size, Config } = await project.inspect<Image>({ id: IMAGE });
    expect(Config.User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(Config.StopSignal).toMatch(/SIGTERM|15/);
    if (Config.Healthcheck) expect(Config.Healthcheck.Test).toEqual(['CMD', 'node', 'deploy/healthcheck.mjs']);
    const script = `const bom = JSON.parse(require('fs').readFileSync('sbom.cdx.json', 'utf8')); console.log(bom.bomFormat, bom.components.length)`;
    const said = await project.docker('run', '--rm', '--read-only', '--entrypoint', 'node', IMAGE, '-e', script);
    expect(said).toMatch(/^CycloneDX \d{3}/);
    say(`${(Size / 1024 / 1024).toFixed(0)} MiB, ${said.trim().split(' ')[1]} components`);
  });

  it('start from nothing, in containers that can change nothing', { timeout: UP_MS }, async () => {
    await timed(`docker compose up with ${GATEWAYS} gateways`, () => project.up(GATEWAYS));
    const all = await project.containers();
    for (const service of OURS) {
      const [container] = all.filter((each) => each.service === service && each.state === 'running');
      const { HostConfig } = await project.inspect<Inspected>(container!);
      expect(HostConfig.ReadonlyRootfs, service).toBe(true);
      expect(HostConfig.CapAdd ?? [], service).toEqual([]);
      const script = `
        const fs = require('fs');
        const tried = (path) => { try { fs.writeFileSync(path, 'x'); return 'written'; } catch (error) { return error.code; } };
        const first = fs.readlinkSync('/proc/1/exe').split('/').pop();
        console.log(JSON.stringify({ uid: process.getuid(), first, app: tried('/app/x'), root: tried('/x'), tmp: tried('/tmp/x') }))`;
      const found = JSON.parse(await project.node(container!, script)) as Record<string, unknown>;
      expect(found, service).toMatchObject({ first: 'node', tmp: 'written' });
      expect(found['uid'], service).toBeGreaterThan(0);
      expect([found['app'], found['root']], service).not.toContain('written');
    }
    for (const job of ['secrets', 'topics', 'migrate', 'bucket']) expect(all.find(({ service }) => service === job)?.exitCode, job).toBe(0);
    expect((await fetch(url)).ok).toBe(true);
  });

  const socketsOf = async (gateway: Container) => {
    const script = `fetch('http://127.0.0.1:9090/metrics').then((answer) => answer.text()).then((text) => console.log(/^parley_gateway_sockets(?:{[^}]*})? (\\d+)/m.exec(text)[1]))`;
    return Number(await project.node(gateway, script));
  };

  it('bring a message from each gateway to all others', { timeout: 120_000 }, async () => {
    const people = Array.from({ length: 2 * GATEWAYS }, () => new ChatClient({ url }));
    try {
      for (const person of people) await person.register();
      const room = await people[0]!.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } });
      for (const person of people) {
        await person.http.call('POST /api/chat/rooms/{id}/join', { params: { id: room.id } });
        await person.connect();
        await person.openRoom(room.id);
      }
      const sockets = await Promise.all((await project.containers('gateway')).map(socketsOf));
      say(`sockets per gateway: ${sockets.join(', ')}`);
      expect(sockets.filter((count) => count > 0)).toHaveLength(GATEWAYS);
      const waits: number[] = [];
      for (const [index, person] of people.entries()) {
        await person.emit('message:send', { roomId: room.id, clientMsgId: newClientMsgId(), text: `from ${index}` });
        const acked = performance.now();
        const hasIt = (reader: ChatClient) => reader.timeline(room.id).lastSeq === index + 1;
        // Below what a gateway needs to notice by itself that it is behind.
        await eventually(() => people.every(hasIt), { timeoutMs: 2_000, intervalMs: 5 });
        waits.push(performance.now() - acked);
      }
      say(`everybody has a message ${Math.max(...waits).toFixed(0)} ms after its acknowledgement at the latest`);
    } finally {
      for (const person of people) await person[Symbol.asyncDispose]();
    }
  });

  it('lose nothing when a gateway is stopped under load, and another takes its place', { timeout: 600_000 }, async () => {
    say(`CRASH_SEED=${random.seed}`);
    await using crowd = await Crowd.gather(url, random, { people: 24, rooms: 6 });
    const before = crowd.connects;
    crowd.write(40);
    await eventually(() => crowd.recorder.count('acked') >= 100, { timeoutMs: 20_000 });
    const [victim] = await project.containers('gateway');
    const began = performance.now();
    await project.docker('stop', '-t', '75', victim!.id);
    const stopMs = Math.round(performance.now() - began);
    const stopped = (await project.containers('gateway')).find(({ id }) => id === victim!.id);
    expect(stopped).toMatchObject({ state: 'exited', exitCode: 0 });
    await crowd.probe();
    await project.docker('start', victim!.id);
    await eventually(async () => expect(await socketsOf(victim!)).toBeGreaterThanOrEqual(0), { timeoutMs: 60_000, intervalMs: 1_000 });
    await crowd.probe();
    await crowd.fallSilent();
    const { counts } = await crowd.assertWhole();
    say(
      `a gateway stopped in ${stopMs} ms with exit code 0: ${JSON.stringify(counts)}, ${crowd.connects - before} reconnects, ` +
        `${crowd.retries} retries, 0 lost, 0 doubled, 0 out of order`,
    );
    expect(counts.acked).toBe(counts.attempted);
    expect(counts.stored).toBe(counts.attempted);
  });

  it('back everything up into a folder of this machine', { timeout: 120_000 }, async () => {
    const said = await project.compose('run', '--rm', '--no-deps', 'backup');
    expect(said).toMatch(/backup: \d+ tables with [1-9]\d* rows/);
    const [name] = await readdir(backups);
    expect((await readdir(join(backups, name!))).sort()).toEqual(['backlog.jsonl.gz', 'database', 'manifest.json', 'media']);
    say(said.split('\n')[0]!);
  });
});
