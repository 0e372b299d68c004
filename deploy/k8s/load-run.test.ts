import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { obtainCoreSchemas } from './core-schemas.ts';
import { obtainDefinitions } from './definitions.ts';
import { obtainKubectl } from './kubectl.ts';
import { ofKind, Renderer, variablesOf, type Manifest } from './manifests.ts';
import { KUBERNETES_CACHE, needed } from './needed.ts';
import { SchemaCheck } from './schema-check.ts';
import { runnersOf } from './test-run.ts';

const K6 = join(import.meta.dirname, '../k6');
const tools = await needed(async () => {
  const renderer = new Renderer(await obtainKubectl(KUBERNETES_CACHE));
  const core = await obtainCoreSchemas(KUBERNETES_CACHE);
  const definitions = await obtainDefinitions(KUBERNETES_CACHE);
  const checks = [...core.values()].map((schemas) => new SchemaCheck(schemas, definitions));
  return { manifests: await renderer.loadRun(), loaded: await renderer.overlay('load-test'), checks };
});

describe.skipIf(!tools)('a load test in a cluster', () => {
  const { manifests, loaded, checks } = tools ?? { manifests: [], loaded: [], checks: [] };
  const [testRun] = ofKind(manifests, 'TestRun');
  const { spec, pods } = testRun ? runnersOf(testRun) : { spec: undefined!, pods: [] };
  const { runner } = spec ?? {};
  const mapped = (name: string): Manifest => {
    const mount = runner.volumeMounts.find(({ mountPath }) => mountPath === `/parley/${name}`)!;
    const { configMap } = runner.volumes.find((volume) => volume.name === mount.name)!;
    return ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === configMap!.name)!;
  };

  it('fits the schemas of Kubernetes and of k6-operator, which notice a misspelt field', () => {
    expect(checks.flatMap((check) => manifests.flatMap((manifest) => check.faultsOf(manifest)))).toEqual([]);
    const spoil = (change: object) => checks[0]!.faultsOf({ ...testRun!, spec: { ...testRun!.spec, ...change } }).join();
    expect(spoil({ paralellism: 2 })).toMatch('paralellism');
    expect(spoil({ runner: { ...runner, resources: { request: {} } } })).toMatch('request');
    expect(spoil({ parallelism: 'four' })).toMatch('must be integer');
  });

  it('is apart from what it loads, under the strictest rules for pods', () => {
    const [namespace] = ofKind(manifests, 'Namespace');
    expect(namespace!.metadata.name).toBe('parley-load');
    expect(namespace!.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    for (const { kind, metadata } of manifests) if (kind !== 'Namespace') expect(metadata.namespace, kind).toBe('parley-load');
    for (const { image, automountServiceAccountToken, serviceAccountName, securityContext, containerSecurityContext } of pods) {
      expect(image).not.toMatch(/latest/);
      expect(image).toMatch(/:[\w.-]*\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?$/);
      expect([automountServiceAccountToken, serviceAccountName]).toEqual(['false', 'k6']);
      expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(containerSecurityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
    expect(runner.image).toMatch('@sha256:');
    expect(runner.resources.requests['memory']).toBe(runner.resources.limits['memory']);
    const policies = ofKind(manifests, 'NetworkPolicy');
    expect(policies.find(({ metadata }) => metadata.name === 'default-deny')!.spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
  });

  it('has no two runners on one node', () => {
    const [rule] = runner.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution;
    expect(rule).toEqual({ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'k6', runner: 'true' } } });
    expect(spec.separate).toBeUndefined(); // it would replace all of `affinity`
    expect(spec.parallelism).toBeGreaterThan(1);
  });

  it('runs a scenario of ours with all that it imports', () => {
    for (const name of ['lib', 'scenarios']) {
      const files = Object.fromEntries(readdirSync(join(K6, name)).map((file) => [file, readFileSync(join(K6, name, file), 'utf8')]));
      expect(mapped(name).data, name).toEqual(files);
    }
    expect(Object.keys(mapped('scenarios').data!)).toContain(/^\/parley\/scenarios\/(.*)$/.exec(spec.script.localFile)![1]);
  });

  it('says what the scenarios ask, and loads the installation of its overlay', () => {
    const variables = Object.fromEntries(runner.env.map(({ name, value }) => [name, value]));
    const known = readFileSync(join(K6, 'lib/settings.ts'), 'utf8');
    for (const name of Object.keys(variables).filter((each) => each.startsWith('PARLEY_')))
      expect(known).toMatch(new RegExp(`\\b${name}\\b`));
    const others = Object.keys(variables).filter((name) => !name.startsWith('PARLEY_'));
    // Any other K6_ variable may replace what a scenario says of itself.
    expect(others.filter((name) => !/^K6_(AUTO_EXTENSION_RESOLUTION|PROMETHEUS_RW_\w+)$/.test(name))).toEqual([]);
    const gateway = ofKind(loaded, 'Deployment').find(({ metadata }) => metadata.name === 'gateway')!;
    expect(variables['PARLEY_URL']).toBe(variablesOf(gateway, loaded)['PARLEY_PUBLIC_URL']);
    const { mountPath } = runner.volumeMounts.find(({ name }) => name === 'people')!;
    expect(variables['PARLEY_PEOPLE']).toBe(`${mountPath}/people.json`);
  });
});
