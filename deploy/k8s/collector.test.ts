import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { obtainKubectl } from './kubectl.ts';
import { containersOf, ofKind, podOf, Renderer, variablesOf, type Manifest } from './manifests.ts';
import { KUBERNETES_CACHE, OVERLAYS_WORK, needed } from './needed.ts';
import { NetworkRules, podsOf } from './network-rules.ts';
import { CONFIGS } from './services.ts';

const ROOT = join(import.meta.dirname, '../..');
const COLLECTOR = 'deploy/observability/stack/collector.yaml';
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const kubectl = await needed(() => obtainKubectl(KUBERNETES_CACHE));
const manifests: readonly Manifest[] = kubectl ? await new Renderer(kubectl).withComponent('production', 'collector', OVERLAYS_WORK) : [];

describe.skipIf(!kubectl)('the collector in a cluster', () => {
  const collector = ofKind(manifests, 'Deployment').find(({ metadata }) => metadata.name === 'otel-collector')!;

  it('is that of docker-compose.yml: the same image and the same configuration', () => {
    const { services } = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, { image: string }> };
    expect(services['otel-collector']!.image).toContain(`:-${containersOf(collector)[0]!.image}}`);
    const maps = ofKind(manifests, 'ConfigMap').filter(({ metadata }) => metadata.name.startsWith('otel-collector-'));
    expect(maps.map(({ data }) => data)).toEqual([{ 'collector.yaml': read(COLLECTOR) }]);
    const variables = Object.keys(variablesOf(collector, manifests));
    for (const [, name] of read(COLLECTOR).matchAll(/\$\{env:(\w+)/g)) expect(variables).toContain(name);
  });

  it('listens where its configuration says', () => {
    const ports = Object.fromEntries(containersOf(collector)[0]!.ports!.map(({ name, containerPort }) => [name, containerPort]));
    const text = read(COLLECTOR);
    expect(text).toContain(`http: { endpoint: 0.0.0.0:${ports['otlp']} }`);
    expect(text).toContain(`health_check: { endpoint: 0.0.0.0:${ports['health']} }`);
    expect(text).toContain(`port: ${ports['metrics']}`);
  });

  it('gets the traces of every service, and nothing else gets to it', () => {
    const rules = new NetworkRules(manifests);
    const pods = podsOf(manifests);
    const target = pods.find(({ name }) => name === 'otel-collector')!;
    for (const from of pods.filter((each) => each !== target)) {
      const isServer = from.name in CONFIGS;
      expect(rules.allows(from, target, 4318), from.name).toBe(isServer);
    }
    for (const name of Object.keys(CONFIGS)) {
      const service = ofKind(manifests, 'Deployment').find(({ metadata }) => metadata.name === name)!;
      expect(variablesOf(service, manifests)['OTEL_EXPORTER_OTLP_ENDPOINT'], name).toBe('http://otel-collector:4318');
    }
    expect(podOf(collector).spec).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true } });
  });
});
