import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { obtainCoreSchemas } from './core-schemas.ts';
import { obtainDefinitions } from './definitions.ts';
import { obtainKubectl } from './kubectl.ts';
import { COMPONENTS, componentsOf, OVERLAYS, Renderer, type Manifest } from './manifests.ts';
import { KUBERNETES_CACHE, OVERLAYS_WORK, needed } from './needed.ts';
import { SchemaCheck } from './schema-check.ts';

const tools = await needed(() =>
  Promise.all([obtainKubectl(KUBERNETES_CACHE), obtainCoreSchemas(KUBERNETES_CACHE), obtainDefinitions(KUBERNETES_CACHE)]),
);
const combinations = OVERLAYS.flatMap((overlay) => {
  const own = componentsOf(overlay);
  return COMPONENTS.filter((component) => !own.has(component)).map((component) => [overlay, component] as const);
});

describe.skipIf(!tools).concurrent('k8s/', { timeout: 60_000 }, () => {
  const [kubectl, core, definitions] = tools ?? [];
  const renderer = new Renderer(kubectl ?? '');
  const checks = [...(core?.values() ?? [])].map((schemas) => new SchemaCheck(schemas, definitions!));
  const newest = checks.at(-1)!;

  function expectSound(manifests: readonly Manifest[], by: readonly SchemaCheck[] = [newest]): void {
    expect(by.flatMap((check) => manifests.flatMap((manifest) => check.faultsOf(manifest)))).toEqual([]);
    const names = manifests.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.namespace} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
  }

  it.for(OVERLAYS)('has an overlay %s that renders, for every Kubernetes that we name', async (overlay) => {
    expectSound(await renderer.overlay(overlay), checks);
  });

  it.for(combinations)('has an overlay %s that takes the component %s', async ([overlay, component]) => {
    expectSound(await renderer.withComponent(overlay, component, OVERLAYS_WORK));
  });

  it('asks nothing of a cluster of one’s own but Kubernetes', async () => {
    const groups = (await renderer.overlay('local')).map(({ apiVersion }) => apiVersion.split('/').at(-2) ?? '');
    expect(groups.filter((group) => group.includes('.') && !group.endsWith('.k8s.io'))).toEqual([]);
    expect(groups).not.toContain('gateway.networking.k8s.io');
  });

  it('is all that the docs tell people to apply', () => {
    const docs = join(import.meta.dirname, '../../docs');
    const pages = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
    const named = pages.flatMap((page) =>
      [...readFileSync(join(docs, page), 'utf8').matchAll(/-k (k8s\/[\w/-]+)/g)].map(([, folder]) => folder!),
    );
    expect(named).not.toEqual([]);
    for (const folder of named) expect(existsSync(join(docs, '..', folder, 'kustomization.yaml')), folder).toBe(true);
  });

  it('has an overlay for every component, or one that it goes with', () => {
    const tried = new Set([
      ...combinations.map(([, component]) => component),
      ...OVERLAYS.flatMap((overlay) => [...componentsOf(overlay)]),
    ]);
    expect([...tried].sort()).toEqual(COMPONENTS);
  });

  it('is checked by schemas that notice a misspelt field, in kinds of Kubernetes and of others', async () => {
    const manifests = await renderer.overlay('production');
    const spoilt = (kind: string) => {
      const manifest = manifests.find((each) => each.kind === kind)!;
      return newest.faultsOf({ ...manifest, spec: { ...manifest.spec, repliccas: 3 } });
    };
    for (const kind of ['Deployment', 'HTTPRoute', 'ScaledObject', 'Kafka']) expect(spoilt(kind).join()).toMatch('repliccas');
  });
});
