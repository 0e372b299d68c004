import { describe, expect, it } from 'vitest';
import { callGraph } from './call-graph.ts';
import { ofKind } from './manifests.ts';
import { NetworkRules, podsOf, type Pods } from './network-rules.ts';
import { renderedOverlays } from './rendered.ts';
import { SERVICES } from './services.ts';

const PORTS = { http: 8080, management: 9090, kafka: 9092, postgres: 5432, redis: 6379, s3: 9000 } as const;
type Engine = 'kafka' | 'postgres' | 'redis' | 's3';
const ENGINES_OF_JOBS: Readonly<Record<string, Engine>> = { migrate: 'postgres', topics: 'kafka', bucket: 's3' };

/** What each service stands on, by what its definition says of it. */
const enginesOf: Readonly<Record<string, readonly Engine[]>> = {
  ...Object.fromEntries(
    SERVICES.map(({ name, schema, keepsFiles }) => [
      name,
      ['kafka', 'redis', ...(schema ? ['postgres'] : []), ...(keepsFiles ? ['s3'] : [])] as Engine[],
    ]),
  ),
  web: [],
};

const graph = await callGraph(SERVICES);
const overlays = await renderedOverlays();
const servers = Object.keys(graph);
const nameOf = ({ name, labels }: Pods) => labels['parley/engine'] ?? name;

describe.skipIf(overlays.length === 0).each(overlays)('the network of %s', (_, manifests) => {
  const rules = new NetworkRules(manifests);
  const pods = podsOf(manifests);
  const podsCalled = (name: string) => pods.find((each) => each.name === name)!;

  it('lets through who asks whom, and nobody else', () => {
    const engines = new Set(pods.map(nameOf));
    const expected = [
      ...Object.entries(graph).flatMap(([from, asked]) => asked.map((to) => `${from} -> ${to}:${PORTS.http}`)),
      ...Object.entries({ ...enginesOf, ...Object.fromEntries(Object.entries(ENGINES_OF_JOBS).map(([job, engine]) => [job, [engine]])) })
        .filter(([from]) => pods.some(({ name }) => name === from))
        .flatMap(([from, stoodOn]) => stoodOn.filter((to) => engines.has(to)).map((to) => `${from} -> ${to}:${PORTS[to]}`)),
      ...(engines.has('edge') ? servers.map((to) => `edge -> ${to}:${PORTS.http}`) : []),
    ];
    const allowed = pods.flatMap((from) =>
      pods
        .filter((to) => to !== from)
        .flatMap((to) =>
          Object.values(PORTS)
            .filter((port) => rules.allows(from, to, port))
            .map((port) => `${nameOf(from)} -> ${nameOf(to)}:${port}`),
        ),
    );
    expect(allowed.sort()).toEqual(expected.sort());
  });

  it('lets people in by the edge alone, and Prometheus to the management port', () => {
    for (const name of servers) {
      const service = podsCalled(name);
      expect(rules.allowsFromNamespace({ 'parley/edge': 'true' }, service, PORTS.http), name).toBe(true);
      expect(rules.allowsFromNamespace({ 'parley/edge': 'true' }, service, PORTS.management), name).toBe(false);
      expect(rules.allowsFromNamespace({ 'parley/monitoring': 'true' }, service, PORTS.management), name).toBe(true);
      expect(rules.allowsFromNamespace({ 'parley/monitoring': 'true' }, service, PORTS.http), name).toBe(false);
    }
    for (const each of pods)
      for (const port of Object.values(PORTS)) expect(rules.allowsFromNamespace({ other: 'namespace' }, each, port), each.name).toBe(false);
  });

  it('lets nobody out but those who reach an object store outside, and operators’ databases', () => {
    const out = pods.filter((each) => rules.allowsOutside(each, 443)).map(({ name }) => name);
    const isStoreOutside = ofKind(manifests, 'StatefulSet').every(({ metadata }) => metadata.name !== 'minio');
    expect(out.sort()).toEqual(isStoreOutside ? ['media', 'postgres'] : []);
    expect(pods.filter((each) => rules.allowsOutside(each, 80))).toEqual([]);
  });

  it('has a policy for each that runs, and one for all others', () => {
    const policies = ofKind(manifests, 'NetworkPolicy').map(({ metadata }) => metadata.name);
    expect(policies).toEqual(expect.arrayContaining(['default-deny', 'dns', ...servers]));
    expect(rules.allows({ name: 'stranger', labels: {} }, podsCalled('rooms'), PORTS.http)).toBe(false);
    expect(rules.allows(podsCalled('rooms'), { name: 'stranger', labels: {} }, PORTS.http)).toBe(false);
  });
});
