import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ofKind, type Manifest } from './manifests.ts';
import { renderedOverlays } from './rendered.ts';

const ROOT = join(import.meta.dirname, '../..');
const traefik = parseAllDocuments(readFileSync(join(ROOT, 'k8s/components/traefik/routes.yaml'), 'utf8')).map(
  (document) => document.toJS() as Manifest,
);
const overlays = await renderedOverlays();

interface HttpRoute {
  readonly hostnames: readonly string[];
  readonly rules: readonly {
    readonly matches?: readonly { readonly path: { readonly type: string; readonly value: string } }[];
    readonly backendRefs?: readonly { readonly name: string; readonly port: number }[];
  }[];
}

interface TraefikRoute {
  readonly routes: readonly {
    readonly match: string;
    readonly priority: number;
    readonly services: readonly { readonly name: string }[];
  }[];
}

/** Exact before a regular expression before the longest prefix, as the controllers that we name do it. */
function byGatewayApi(manifests: readonly Manifest[], path: string): string {
  const routes = ofKind(manifests, 'HTTPRoute').map(({ spec }) => spec as unknown as HttpRoute);
  const found = routes
    .flatMap(({ rules }) => rules)
    .flatMap(({ matches = [], backendRefs = [] }) => matches.map((match) => ({ ...match.path, to: backendRefs[0]!.name })))
    .filter(({ type, value }) => {
      if (type === 'Exact') return path === value;
      if (type === 'RegularExpression') return new RegExp(`^(?:${value})$`).test(path);
      return value === '/' || path === value || path.startsWith(`${value}/`);
    });
  const rank = ({ type, value }: { type: string; value: string }) =>
    type === 'Exact' ? 2_000 : type === 'RegularExpression' ? 1_000 : value.length;
  return found.sort((a, b) => rank(b) - rank(a))[0]!.to;
}

function byTraefik(path: string): string {
  const [{ routes }] = traefik.filter(({ metadata }) => metadata.name === 'parley').map(({ spec }) => spec as unknown as TraefikRoute) as [
    TraefikRoute,
  ];
  const isFor = (match: string) =>
    [...match.matchAll(/(PathPrefix|PathRegexp|Path)\(`([^`]+)`\)/g)].some(([, matcher, value]) =>
      matcher === 'Path' ? path === value : matcher === 'PathPrefix' ? path.startsWith(value!) : new RegExp(value!).test(path),
    ) || !match.includes('Path');
  return routes.filter(({ match }) => isFor(match)).sort((a, b) => b.priority - a.priority)[0]!.services[0]!.name;
}

const filled = (path: string) => path.replaceAll(/\{\w+\}/g, '0197-x');
const OTHERS: readonly (readonly [path: string, service: string])[] = [
  ['/socket.io/', 'gateway'],
  ['/', 'web'],
  ['/room/general', 'web'],
  ['/login', 'web'],
  ['/api/upload', 'web'],
  // What services ask each other, and operators them, is nobody's but the page server's, which has none of it.
  ['/internal/room-access/findFacts', 'web'],
  ['/metrics', 'web'],
  ['/readyz', 'web'],
];

describe('the way in', () => {
  const routed = overlays.filter(([, manifests]) => ofKind(manifests, 'HTTPRoute').length > 0);

  it.skipIf(routed.length === 0).for(routed)(
    'leads every call of the contract to its service by the Gateway API of %s',
    ([, manifests]) => {
      for (const { path, service } of ROUTES) expect(byGatewayApi(manifests, filled(path)), path).toBe(service);
      for (const [path, service] of OTHERS) expect(byGatewayApi(manifests, path), path).toBe(service);
    },
  );

  it('leads every call of the contract to its service by Traefik', () => {
    for (const { path, service } of ROUTES) expect(byTraefik(filled(path)), path).toBe(service);
    for (const [path, service] of OTHERS) expect(byTraefik(path), path).toBe(service);
  });

  it.skipIf(routed.length === 0).for(routed)('has one name everywhere in %s, that of PARLEY_PUBLIC_URL', ([, manifests]) => {
    const map = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name.startsWith('parley-server-'))!;
    const { hostname } = new URL(map.data!['PARLEY_PUBLIC_URL']!);
    for (const { spec } of ofKind(manifests, 'HTTPRoute')) expect((spec as unknown as HttpRoute).hostnames).toEqual([hostname]);
    for (const { spec } of ofKind(manifests, 'Certificate')) expect(spec!['dnsNames']).toEqual([hostname]);
    const [gateway] = ofKind(manifests, 'Gateway') as [Manifest];
    const { listeners } = gateway.spec as unknown as { listeners: { hostname: string }[] };
    expect(new Set(listeners.map((listener) => listener.hostname))).toEqual(new Set([hostname]));
  });

  it('is haproxy in the cluster as it is in docker-compose.yml: the same rules, other servers', () => {
    const backends = (file: string) =>
      [...readFileSync(join(ROOT, 'deploy/edge', file), 'utf8').matchAll(/^backend (\w+)$/gm)].map(([, name]) => name).sort();
    expect(backends('cluster.cfg')).toEqual(backends('compose.cfg'));
  });
});
