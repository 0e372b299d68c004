import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenConfig, loadConfig, serverConfig, tracingConfig, type ConfigDefinition } from '@parley/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { enginesConfig, objectStoreConfig, serviceConfig } from '../../libs/service/src/service.config.ts';
import { HARD_STOP_MS } from '../../libs/runtime/src/process/run-process.ts';
import { authService } from '../../services/auth/src/auth.service-definition.ts';
import { gatewayService } from '../../services/gateway/src/gateway.service-definition.ts';
import { mediaService } from '../../services/media/src/media.service-definition.ts';
import { messagesService } from '../../services/messages/src/messages.service-definition.ts';
import { roomsService } from '../../services/rooms/src/rooms.service-definition.ts';

interface Service {
  readonly image: string;
  readonly build?: { readonly dockerfile: string; readonly args: Readonly<Record<string, string>> };
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly restart: string;
  readonly profiles?: readonly string[];
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly container_name?: string;
  readonly privileged?: boolean;
  readonly ulimits?: { readonly nofile: string };
  readonly logging?: { readonly options: Readonly<Record<string, string>> };
  readonly deploy?: { readonly resources: { readonly limits: { readonly memory?: string } } };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const text = read('docker-compose.yml');
const { services, volumes } = parse(text, { merge: true }) as { services: Record<string, Service>; volumes: Record<string, unknown> };
const all = Object.entries(services);
const jobs = ['secrets', 'topics', 'migrate', 'bucket', 'backup', 'mint'];
/** They write where nobody but root may. */
const rooted = ['secrets', 'backup', 'mint'];
const running = all.filter(([name]) => ![...jobs, 'k6'].includes(name));
/** Images with nothing in them that could ask how it is. */
const mute = ['otel-collector', 'jaeger'];
const CONFIGS: Readonly<Record<string, readonly ConfigDefinition[]>> = {
  ...Object.fromEntries(
    [authService, roomsService, messagesService, mediaService, gatewayService].map(({ name, configs, keepsFiles }) => [
      name,
      [serviceConfig, enginesConfig, ...(keepsFiles ? [objectStoreConfig] : []), ...configs],
    ]),
  ),
  web: [serviceConfig],
};

describe('docker-compose.yml', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-compose-'));
    await writeFile(join(dir, 'secret'), 'postgres://user:a-secret-of-32-characters-or-more@host/db');
  });
  afterAll(() => rm(dir, { recursive: true }));

  it.for(Object.entries(CONFIGS))('gives %s exactly variables that it knows', ([name, configs]) => {
    // As docker compose reads it when nothing is set.
    const plain = Object.entries(services[name]!.environment!).map(([key, value]) => [
      key,
      String(value).replace(/\$\{\w+:-([^}]*)\}/g, '$1'),
    ]);
    const env = Object.fromEntries(plain.map(([key, value]) => [key, key!.endsWith('_FILE') ? join(dir, 'secret') : value]));
    expect(() => loadConfig([listenConfig, serverConfig, tracingConfig, ...configs], env)).not.toThrow();
  });

  it.for(Object.entries(CONFIGS))('is of variables of %s that the page of all variables explains', ([, configs]) => {
    const names = [listenConfig, serverConfig, tracingConfig, ...configs].flatMap(({ prefix, schema }) =>
      Object.keys(schema.shape).map((key) => prefix + key),
    );
    const page = read('docs/configuration.md');
    expect(names.filter((name) => !page.includes(`\n| \`${name}\` |`))).toEqual([]);
  });

  it('runs our own processes from one image that is built here, without root', () => {
    const ours = all.filter(([, { build }]) => build);
    expect(ours.map(([name]) => name).sort()).toEqual([...jobs, ...Object.keys(CONFIGS)].sort());
    expect(new Set(ours.map(([, { image }]) => image)).size).toBe(1);
    for (const [name, { build, user, read_only }] of ours) {
      expect(build!.dockerfile).toBe('deploy/Dockerfile');
      expect(Object.keys(build!.args)).toEqual(['BUILD_IMAGE', 'RUNTIME_IMAGE']);
      expect(read_only, name).toBe(true);
      expect(user, name).toBe(rooted.includes(name) ? '0:0' : undefined);
    }
    const dockerfile = read('deploy/Dockerfile');
    expect(dockerfile).toMatch(/^USER \d+:\d+$/m);
    expect(dockerfile).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(dockerfile.match(/^FROM \$\{(BUILD|RUNTIME)_IMAGE\}/gm)).toHaveLength(2);
  });

  it.for(all)('keeps %s small, unprivileged and quiet', ([, service]) => {
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toContain('no-new-privileges:true');
    expect(service.privileged).toBeUndefined();
    expect(service.container_name).toBeUndefined(); // or it could not be scaled
    expect(service.deploy!.resources.limits.memory).toMatch(/^\d+[MG]$/);
    expect(service.logging!.options).toMatchObject({ 'max-size': expect.any(String) as string });
    expect((service.volumes ?? []).filter((volume) => volume.includes('docker.sock'))).toEqual([]);
  });

  it.for(running)('watches over %s and starts it again', ([name, service]) => {
    expect(service.restart).toBe('unless-stopped');
    if (mute.includes(name)) expect(service.healthcheck).toEqual({ disable: true });
    else expect(service.healthcheck!.test!.length).toBeGreaterThan(1);
    expect(service.stop_grace_period).toMatch(/^\d+s$/);
  });

  it.for(Object.keys(CONFIGS))('lets %s stop by itself', (name) => {
    const { stop_grace_period, environment } = services[name]!;
    const drainMs = Number(/:-(\d+)\}$/.exec(environment!.PARLEY_GATEWAY_DRAIN_WINDOW_MS ?? '')?.[1] ?? 0);
    expect(drainMs > 0).toBe(name === 'gateway');
    expect(Number.parseInt(stop_grace_period!, 10) * 1_000).toBeGreaterThan(drainMs + HARD_STOP_MS);
  });

  it('starts everything after what it needs', () => {
    const conditionsOf = (name: string) =>
      Object.fromEntries(Object.entries(services[name]!.depends_on ?? {}).map(([on, { condition }]) => [on, condition]));
    const done = 'service_completed_successfully';
    const healthy = 'service_healthy';
    for (const name of ['auth', 'rooms', 'messages'])
      expect(conditionsOf(name)).toEqual({ secrets: done, topics: done, redis: healthy, migrate: done });
    expect(conditionsOf('media')).toEqual({ ...conditionsOf('rooms'), bucket: done });
    expect(conditionsOf('gateway')).toEqual({ secrets: done, topics: done, redis: healthy });
    expect(conditionsOf('topics')).toEqual({ kafka: healthy });
    expect(conditionsOf('migrate')).toEqual({ postgres: healthy });
    expect(conditionsOf('backup')).toEqual({ topics: done, bucket: done, postgres: healthy });
    for (const store of ['postgres', 'minio']) expect(conditionsOf(store)).toEqual({ secrets: done });
    expect(Object.values(conditionsOf('edge'))).toEqual(Object.keys(CONFIGS).map(() => healthy));
  });

  it('starts engines and services by itself, and all else when it is asked', () => {
    const byProfile = Map.groupBy(all, ([, { profiles }]) => profiles?.join() ?? '');
    expect(new Set(byProfile.keys())).toEqual(new Set(['', 'load', 'observability', 'operate']));
    const namesOf = (profile: string) => byProfile.get(profile)!.map(([name]) => name);
    expect(namesOf('operate')).toEqual(['backup']);
    expect(namesOf('load')).toEqual(['mint', 'k6']);
    expect(namesOf('observability')).toEqual(['prometheus', 'grafana', 'otel-collector', 'jaeger']);
    for (const [name, { depends_on }] of byProfile.get('')!)
      for (const on of Object.keys(depends_on ?? {})) expect(namesOf(''), `${name} needs ${on}`).toContain(on);
  });

  it('is backed up, restored and moved by the commands that the docs give', () => {
    const [backup, migrating] = [read('docs/operating/backup.md'), read('docs/operating/migrating.md')];
    const stopped = /^docker compose stop (.*)$/m.exec(backup)![1]!.split(' ');
    expect(new Set(stopped)).toEqual(new Set(['edge', ...Object.keys(CONFIGS)])); // all that writes, and nothing that a restore needs
    const [, program, folder] = /^docker compose run --rm backup (\S+) restore (\S+)\//m.exec(backup)!;
    const [own, command, target] = services.backup!.command;
    expect([program, folder, command]).toEqual([own, target, 'backup']);
    for (const [, volume] of migrating.matchAll(/`parley_(\w+)`/g)) expect(Object.keys(volumes)).toContain(volume);
    for (const [, variable] of `${backup}${migrating}`.matchAll(/`(\w+_IMAGE|BACKUP_DIR)`/g)) expect(text).toContain(`\${${variable}:-`);
  });

  it('opens two ports, of the edge and of Grafana, and to this machine only unless told otherwise', () => {
    expect(all.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['edge', 'grafana']);
    expect(services.grafana!.ports).toEqual(['127.0.0.1:${GRAFANA_PORT:-3000}:3000']);
    expect(services.edge!.ports).toEqual(['${BIND_ADDRESS:-127.0.0.1}:${PORT:-8080}:8080']);
    for (const name of ['edge', 'gateway']) expect(services[name]!.ulimits!.nofile).toBe('${NOFILE:-262144}');
  });

  it('shows secrets only to those who need them, and holds none itself', () => {
    const holders = (volume: string) =>
      all.filter(([, service]) => service.volumes?.some((each) => each.startsWith(`${volume}:`))).map(([name]) => name);
    expect(holders('database-secrets')).toEqual(['secrets', 'migrate', 'backup', 'mint', 'auth', 'rooms', 'messages', 'media', 'postgres']);
    expect(holders('store-secrets')).toEqual(['secrets', 'bucket', 'backup', 'media', 'minio']);
    expect(holders('service-secrets')).toEqual(['secrets', 'mint', 'auth', 'rooms', 'messages', 'media', 'gateway', 'web']);
    for (const [name, service] of all)
      for (const [variable, value] of Object.entries(service.environment ?? {}))
        if (/PASSWORD|SECRET|CREDENTIAL|ACCESS_KEY|DATABASE_URL|ENV_FILE/.test(variable))
          expect(value, `${name} ${variable}`).toMatch(/^\/secrets\//);
    const named = all
      .flatMap(([, service]) => (service.volumes ?? []).map((volume) => volume.split(':')[0]!))
      .filter((volume) => !/^[.$]/.test(volume)); // folders of this machine
    expect(new Set(named)).toEqual(new Set(Object.keys(volumes)));
  });

  it('takes every image by a variable and a version', () => {
    for (const [name, { image }] of all) {
      expect(image, name).toMatch(/^\$\{[A-Z0-9_]+_IMAGE:-[^}]+:[^}]+\}$/);
      expect(image, name).not.toMatch(/:latest\}|bitnami|docker\.io\/minio\//);
    }
  });

  it('has every variable explained in .env.example, with its default', () => {
    const defaults = new Map([...text.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name, value]) => [name!, value!]));
    const explained = new Map([...read('.env.example').matchAll(/^#(\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]));
    expect(Object.fromEntries(explained)).toEqual(Object.fromEntries(defaults));
    expect(text.match(/\$\{\w+\}/g)).toBeNull(); // nothing without a default
  });

  it('has an edge that finds all of each service', () => {
    const servers = read('deploy/edge/compose.cfg');
    const backends = [...servers.matchAll(/^backend (\w+)$/gm)].map(([, name]) => name);
    expect(backends.sort()).toEqual(Object.keys(CONFIGS).sort());
    for (const name of backends)
      expect(servers).toMatch(new RegExp(`server-template ${name}- \\d+ ${name}:8080 port 9090 resolvers containers init-addr none`));
    for (const [, name] of read('deploy/edge/haproxy.cfg').matchAll(/(?:use|default)_backend (\w+)/g)) expect(backends).toContain(name);
  });
});
