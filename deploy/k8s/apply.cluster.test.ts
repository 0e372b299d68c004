import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './cluster.ts';
import { obtainControlPlane } from './control-plane.ts';
import { obtainDefinitions } from './definitions.ts';
import { obtainKubectl } from './kubectl.ts';
import { COMPONENTS, componentsOf, OVERLAYS, ofKind, Renderer, type Manifest } from './manifests.ts';
import { KUBERNETES_CACHE, OVERLAYS_WORK, needed } from './needed.ts';
import { runnerJobOf } from './test-run.ts';

interface List<T> {
  readonly items: readonly T[];
}

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

interface Deployment {
  readonly spec: { readonly replicas: number };
  readonly status: { readonly availableReplicas?: number };
}

const ZONES: Readonly<Record<string, string>> = { 'node-1': 'a', 'node-2': 'a', 'node-3': 'b', 'node-4': 'b' };
const SERVERS = ['auth', 'rooms', 'messages', 'media', 'gateway', 'web'];
const IN_PARLEY = ['--namespace=parley'];
const WAIT_MS = 90_000;
const POLL_MS = 200;
const log = (line: string) => process.stderr.write(`kubernetes: ${line}\n`);

const tools = await needed(() =>
  Promise.all([obtainKubectl(KUBERNETES_CACHE), obtainDefinitions(KUBERNETES_CACHE), obtainControlPlane(KUBERNETES_CACHE, log)]),
);

describe.skipIf(!tools)('a Kubernetes', () => {
  const [kubectl, definitions, programs] = tools ?? [];
  const renderer = new Renderer(kubectl ?? '');
  let dir: string;
  let cluster: Cluster;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-cluster-'));
    cluster = await Cluster.start({ programs: programs!, kubectl: kubectl!, dir });
    await cluster.kubectl(['apply', '--server-side', '--filename=-'], list([...definitions!, ...Object.entries(ZONES).map(nodeIn)]));
    await cluster.kubectl(['wait', '--for=condition=Established', 'customresourcedefinitions', '--all', '--timeout=60s']);
    const [namespace] = (await renderer.overlay('production')).filter(({ kind }) => kind === 'Namespace');
    await apply([namespace!]);
    // Made by a controller a moment later; pods cannot be without it.
    await until(async () => (await cluster.get<List<object>>('serviceaccounts', ...IN_PARLEY)).items.length > 0);
  });
  afterAll(async () => {
    await cluster.stop();
    await rm(dir, { recursive: true, force: true });
  });

  /** A warning is a failure: that is how it says that a Deployment’s pods would be refused. */
  const apply = (manifests: readonly Manifest[], ...options: string[]) =>
    cluster.kubectl(['apply', '--warnings-as-errors', ...options, '--filename=-'], list(manifests));
  const podsOf = async (name: string): Promise<Pod[]> => {
    const { items } = await cluster.get<List<Pod>>('pods', ...IN_PARLEY, `--selector=app.kubernetes.io/name=${name}`);
    return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  };
  const evict = (name: string) => {
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'parley' } };
    return cluster.kubectl(['create', `--raw=/api/v1/namespaces/parley/pods/${name}/eviction`, '--filename=-'], JSON.stringify(eviction));
  };
  const until = async (isSo: () => Promise<boolean>) => {
    for (const end = performance.now() + WAIT_MS; !(await isSo()); await delay(POLL_MS))
      if (performance.now() > end) throw new Error('it did not come to be in time');
  };
  const roll = (name: string) => cluster.kubectl(['rollout', 'status', ...IN_PARLEY, `deployment/${name}`, '--timeout=170s']);

  it('refuses a pod that asks for rights, in this namespace', async () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'greedy', namespace: 'parley' } };
    const spec = { containers: [{ name: 'greedy', image: 'example.org/greedy:1.0' }] };
    await expect(apply([{ ...pod, spec }])).rejects.toThrow('violates PodSecurity "restricted:v1.34"');
  });

  it.for(OVERLAYS)('accepts every object of %s', async (overlay) => {
    expect(await apply(await renderer.overlay(overlay), '--dry-run=server')).toMatch('deployment.apps/gateway created');
  });

  it.for(COMPONENTS.filter((component) => !componentsOf('production').has(component)))('accepts production with %s', async (component) => {
    const manifests = await renderer.withComponent('production', component, OVERLAYS_WORK);
    expect(await apply(manifests, '--dry-run=server')).toMatch('deployment.apps/gateway created');
  });

  it('accepts a load test, and a pod as its operator makes it', async () => {
    const manifests = await renderer.loadRun();
    const [testRun] = ofKind(manifests, 'TestRun');
    await apply(manifests.filter(({ kind }) => kind !== 'TestRun'));
    await until(async () => (await cluster.get<List<object>>('serviceaccounts', '--namespace=parley-load')).items.length > 1);
    expect(await apply([testRun!], '--dry-run=server')).toMatch('testrun.k6.io/load created');
    expect(await apply([runnerJobOf(testRun!)], '--dry-run=server')).toMatch('job.batch/load-1 created');
    await expect(apply([{ ...testRun!, spec: { ...testRun!.spec, parallelism: undefined } }], '--dry-run=server')).rejects.toThrow(
      'parallelism',
    );
  });

  it('rolls production out: jobs end, services are as many as their autoscalers say', async () => {
    await apply(await renderer.overlay('production'));
    await Promise.all(SERVERS.map(roll));
    await cluster.kubectl(['wait', '--for=condition=Complete', ...IN_PARLEY, 'job/migrate', 'job/topics', '--timeout=60s']);
    for (const name of ['auth', 'rooms', 'media', 'web']) await until(async () => (await podsOf(name)).length === 2);
    expect(await podsOf('gateway')).toHaveLength(1); // which KEDA would see to
  });

  it('replaces nothing when the same is applied again', async () => {
    const before = await Promise.all(SERVERS.map(podsOf));
    await apply(await renderer.overlay('production'));
    await Promise.all(SERVERS.map(roll));
    expect(namesOf(await Promise.all(SERVERS.map(podsOf)))).toEqual(namesOf(before));
  });

  it('spreads gateways over nodes and zones', async () => {
    await cluster.kubectl(['scale', ...IN_PARLEY, 'deployment/gateway', '--replicas=4']); // as KEDA would
    await roll('gateway');
    const nodes = (await podsOf('gateway')).map(({ spec }) => spec.nodeName!);
    expect(nodes.sort()).toEqual(Object.keys(ZONES));
  });

  it('replaces all gateways without ever having fewer', async () => {
    const before = new Set((await podsOf('gateway')).map(({ metadata }) => metadata.name));
    await cluster.kubectl(['rollout', 'restart', ...IN_PARLEY, 'deployment/gateway']);
    let isRolling = true;
    const available: number[] = [];
    const watching = (async () => {
      for (; isRolling; await delay(POLL_MS)) {
        const { status } = await cluster.get<Deployment>('deployment', 'gateway', ...IN_PARLEY);
        available.push(status.availableReplicas ?? 0);
      }
    })();
    await roll('gateway').finally(() => (isRolling = false));
    await watching;
    expect(Math.min(...available)).toBeGreaterThanOrEqual(4);
    expect((await podsOf('gateway')).filter(({ metadata }) => before.has(metadata.name))).toEqual([]);
  });

  it('lets one gateway go for a node’s sake, and a second only when there is another', async () => {
    const nodes = Object.keys(ZONES);
    await cluster.kubectl(['cordon', ...nodes]); // so that nothing takes the place of the first
    const [first, second] = (await podsOf('gateway')).map(({ metadata }) => metadata.name);
    await evict(first!);
    await expect(evict(second!)).rejects.toThrow('Cannot evict pod as it would violate the pod');
    await cluster.kubectl(['uncordon', ...nodes]);
    await until(async () => {
      const ready = ({ status }: Pod) => status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
      return (await podsOf('gateway')).filter(ready).length === 4;
    });
    await until(() =>
      evict(second!).then(
        () => true,
        () => false, // it looks at its budgets a moment later
      ),
    );
  });
});

const namesOf = (pods: readonly (readonly Pod[])[]): string[] =>
  pods
    .flat()
    .map(({ metadata }) => metadata.name)
    .sort();

const list = (items: readonly object[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

function nodeIn([name, zone]: readonly [name: string, zone: string]): object {
  const capacity = { cpu: '16', memory: '64Gi', pods: '110', 'ephemeral-storage': '100Gi' };
  const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'topology.kubernetes.io/zone': zone };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status: { capacity, allocatable: capacity } };
}
