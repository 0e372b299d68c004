import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenConfig, loadConfig, serverConfig } from '@parley/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { containersOf, ofKind, podOf, variablesOf, workloadsOf } from './manifests.ts';
import { renderedOverlays } from './rendered.ts';
import { CONFIGS } from './services.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, { readonly image: string; readonly environment?: Readonly<Record<string, string>> }>;
};
const overlays = await renderedOverlays();
const ours = (variables: Readonly<Record<string, unknown>>) =>
  Object.keys(variables)
    .filter((name) => name.startsWith('PARLEY_'))
    .sort();
/** Who makes the Secrets that an overlay does not: its operator, cert-manager, or people. */
const SECRETS: Readonly<Record<string, readonly string[]>> = {
  'parley-services': ['service-credential'],
  'parley-database': ['password', 'url'],
  'parley-store': ['access-key', 'minio.env', 'secret-key'],
  'postgres-app': ['uri'],
};

describe.skipIf(overlays.length === 0).each(overlays)('the configuration of %s', (overlay, manifests) => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-kubernetes-'));
    await writeFile(join(dir, 'secret'), 'postgres://user:a-secret-of-32-characters-or-more@host/db');
  });
  afterAll(() => rm(dir, { recursive: true }));
  const deployment = (name: string) => ofKind(manifests, 'Deployment').find(({ metadata }) => metadata.name === name)!;

  it.for(Object.entries(CONFIGS))('gives %s exactly variables that it knows', ([name, configs]) => {
    const variables = Object.entries(variablesOf(deployment(name), manifests)).map(([key, value]) => [
      key,
      key.endsWith('_FILE') ? join(dir, 'secret') : value,
    ]);
    expect(() => loadConfig([listenConfig, serverConfig, ...configs], Object.fromEntries(variables))).not.toThrow();
  });

  it('has the variables of docker-compose.yml, and the region of a store elsewhere', () => {
    for (const [name, { environment }] of Object.entries(compose.services)) {
      const workload = workloadsOf(manifests).find(({ metadata }) => metadata.name === name);
      const runsUs = workload && containersOf(workload)[0]!.name === 'parley';
      if (!runsUs) continue;
      const own = ours(variablesOf(workload, manifests)).filter((key) => key !== 'PARLEY_S3_REGION' || overlay === 'local');
      // The job reads all variables of the engines, and asks for two of them.
      if (name === 'topics') expect(own).toEqual(expect.arrayContaining(ours(environment!)));
      else expect(own, name).toEqual(ours(environment ?? {}));
    }
  });

  it('is in maps that never change, because a change is another map', () => {
    for (const map of ofKind(manifests, 'ConfigMap')) {
      expect(map.metadata.name).toMatch(/-[a-z0-9]{10}$/);
      expect(map.immutable, map.metadata.name).toBe(true);
      expect(Object.entries(map.data!).filter(([key]) => /PASSWORD|SECRET|CREDENTIAL|ACCESS_KEY|DATABASE_URL/.test(key))).toEqual([]);
    }
  });

  it('names secrets, and holds none but on one’s own machine', () => {
    const held = ofKind(manifests, 'Secret').map(({ metadata }) => metadata.name.replace(/-[a-z0-9]{10}$/, ''));
    expect(held.sort()).toEqual(overlay === 'local' ? ['parley-database', 'parley-services', 'parley-store'] : []);
    for (const workload of workloadsOf(manifests)) {
      const { spec } = podOf(workload);
      const files = new Map<string, string[]>();
      for (const { name, secret } of spec.volumes ?? []) {
        if (secret === undefined) continue;
        const known = SECRETS[secret.secretName.replace(/-[a-z0-9]{10}$/, '')];
        expect(known, `${workload.metadata.name} ${secret.secretName}`).toBeDefined();
        const { mountPath } = spec.containers[0]!.volumeMounts!.find((mount) => mount.name === name)!;
        files.set(
          mountPath,
          (secret.items ?? known!.map((key) => ({ key, path: key }))).map(({ path }) => path),
        );
      }
      for (const [key, path] of Object.entries(variablesOf(workload, manifests)))
        if (key.endsWith('_FILE')) {
          const at = path.lastIndexOf('/');
          expect(files.get(path.slice(0, at)), `${workload.metadata.name} ${key}`).toContain(path.slice(at + 1));
        }
    }
  });

  it('names our image in one place: the base, by which overlays replace it', () => {
    const folder = join(ROOT, 'k8s');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
    const naming = files.filter((file) => readFileSync(join(folder, file), 'utf8').includes('parley-chat'));
    expect(naming.sort()).toEqual(['base/kustomization.yaml', 'overlays/local/kustomization.yaml']);
  });

  it('pins every image, and takes engines that docker-compose.yml takes', () => {
    const own = overlay === 'local' ? 'parley:local' : `ghcr.io/parley-chat/parley:${version}`;
    for (const workload of workloadsOf(manifests)) {
      const { name, image } = containersOf(workload)[0]!;
      if (name === 'parley') {
        expect(image).toBe(own);
        expect(podOf(workload).metadata.labels['app.kubernetes.io/version'] ?? version).toBe(version);
      } else {
        expect(image).toMatch(/^[a-z.]+\.[a-z]+\/[a-z/-]+:[^:@]*\d+\.?\d*[^:@]*(@sha256:[0-9a-f]{64})?$/);
        expect(image).not.toMatch(/:latest|bitnami|docker\.io\/minio\//);
        expect(compose.services[name === 'haproxy' ? 'edge' : name]!.image).toContain(`:-${image}}`);
      }
    }
  });
});
