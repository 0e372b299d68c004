import { describe, expect, it } from 'vitest';
import { HARD_STOP_MS } from '../../libs/runtime/src/process/run-process.ts';
import { containersOf, ofKind, podOf, variablesOf, workloadsOf, type Manifest } from './manifests.ts';
import { renderedOverlays } from './rendered.ts';
import { CONFIGS } from './services.ts';

const overlays = await renderedOverlays();
const servers = Object.keys(CONFIGS);
const named = (manifests: readonly Manifest[], kind: string, name: string) =>
  ofKind(manifests, kind).find(({ metadata }) => metadata.name === name);
const mebibytes = (size: string) => Number.parseFloat(size) * (size.endsWith('Gi') ? 1024 : 1);

describe.skipIf(overlays.length === 0).each(overlays)('what runs in %s', (overlay, manifests) => {
  const all = workloadsOf(manifests);
  const lasting = ofKind(manifests, 'Deployment', 'StatefulSet');
  const eachServer = servers.map((name) => [name, named(manifests, 'Deployment', name)!] as const);

  it('is in one namespace, which keeps to the strictest rules for pods', () => {
    const labels = manifests.find(({ kind }) => kind === 'Namespace')!.metadata.labels!;
    for (const mode of ['enforce', 'audit', 'warn']) {
      expect(labels[`pod-security.kubernetes.io/${mode}`]).toBe('restricted');
      expect(labels[`pod-security.kubernetes.io/${mode}-version`]).toMatch(/^v1\.\d+$/);
    }
    const without = manifests.filter(({ metadata }) => metadata.namespace === undefined).map(({ kind }) => kind);
    expect(without.filter((kind) => !['Namespace', 'PriorityClass', 'GatewayClass'].includes(kind))).toEqual([]);
    expect(new Set(manifests.map(({ metadata }) => metadata.namespace ?? 'parley'))).toEqual(new Set(['parley']));
  });

  it('has no rights, writes nowhere but where it must, and is told nothing of the cluster', () => {
    for (const manifest of all) {
      const { spec } = podOf(manifest);
      const name = manifest.metadata.name;
      expect(spec, name).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      expect(spec.securityContext.runAsUser, name).toBeGreaterThan(0);
      expect([spec.hostNetwork, spec.hostPID], name).toEqual([undefined, undefined]);
      for (const { securityContext } of spec.containers) {
        expect(securityContext, name).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
        expect(securityContext.capabilities, name).toEqual({ drop: ['ALL'] });
      }
      for (const { hostPath, emptyDir } of spec.volumes ?? []) {
        expect(hostPath, name).toBeUndefined();
        if (emptyDir) expect(emptyDir.sizeLimit, name).toMatch(/^\d+[MG]i$/);
      }
      expect(
        spec.containers[0]!.volumeMounts!.some(({ mountPath }) => mountPath === '/tmp'),
        name,
      ).toBe(true);
    }
  });

  it('has a service account of its own each, without a token', () => {
    const accounts = all.map((manifest) => podOf(manifest).spec.serviceAccountName);
    expect(new Set(accounts).size).toBe(all.length);
    for (const account of accounts) expect(named(manifests, 'ServiceAccount', account)!.automountServiceAccountToken).toBe(false);
  });

  it('is labelled as Kubernetes recommends', () => {
    for (const manifest of all) {
      const labels = podOf(manifest).metadata.labels;
      expect(labels).toMatchObject({ 'app.kubernetes.io/name': manifest.metadata.name, 'app.kubernetes.io/part-of': 'parley' });
      expect(['server', 'job', 'engine', 'edge']).toContain(labels['app.kubernetes.io/component']);
    }
  });

  it('is asked how it is on ports that exist; life depends on nothing else', () => {
    for (const manifest of lasting) {
      const [container] = containersOf(manifest);
      const ports = container!.ports!.map(({ name }) => name);
      for (const probe of [container!.startupProbe, container!.livenessProbe, container!.readinessProbe]) {
        const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
        if (port === undefined) expect(probe?.exec?.command.length, manifest.metadata.name).toBeGreaterThan(0);
        else expect(ports, manifest.metadata.name).toContain(port);
      }
    }
    for (const [name, server] of eachServer) {
      const { startupProbe, livenessProbe, readinessProbe, ports } = containersOf(server)[0]!;
      expect(
        [startupProbe, livenessProbe, readinessProbe].map((probe) => probe!.httpGet),
        name,
      ).toEqual([
        { path: '/healthz', port: 'management' },
        { path: '/healthz', port: 'management' },
        { path: '/readyz', port: 'management' },
      ]);
      const service = named(manifests, 'Service', name)!.spec as unknown as { ports: { targetPort: string }[] };
      expect(
        service.ports.map(({ targetPort }) => targetPort),
        name,
      ).toEqual(['http']);
      expect(variablesOf(server, manifests)['PARLEY_MANAGEMENT_PORT'], name).toBe(
        String(ports!.find((port) => port.name === 'management')!.containerPort),
      );
    }
  });

  it('is replaced without a gap, and asked to leave before it must', () => {
    for (const [name, server] of eachServer) {
      expect(server.spec, name).toMatchObject({
        revisionHistoryLimit: 5,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
      });
      if (overlay !== 'local') expect(server.spec!['minReadySeconds'], name).toBeGreaterThanOrEqual(15);
      const sleep = containersOf(server)[0]!.lifecycle!.preStop.sleep!.seconds;
      const windowMs = Number(variablesOf(server, manifests)['PARLEY_GATEWAY_DRAIN_WINDOW_MS'] ?? 0);
      expect(windowMs > 0, name).toBe(name === 'gateway');
      expect(sleep, name).toBe(10);
      expect(podOf(server).spec.terminationGracePeriodSeconds! * 1_000, name).toBeGreaterThan(sleep * 1_000 + windowMs + HARD_STOP_MS);
    }
  });

  it('is taken away one at a time, even when it is ill', () => {
    const budgets = ofKind(manifests, 'PodDisruptionBudget');
    expect(budgets.map(({ metadata }) => metadata.name).sort()).toEqual(lasting.map(({ metadata }) => metadata.name).sort());
    for (const { metadata, spec } of budgets) {
      expect(spec, metadata.name).toEqual({
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: { matchLabels: { 'app.kubernetes.io/name': metadata.name } },
      });
    }
  });

  it('is spread over zones, and over nodes by force', () => {
    for (const manifest of ofKind(manifests, 'Deployment').filter(({ metadata }) => metadata.name !== 'redis')) {
      const { topologySpreadConstraints } = podOf(manifest).spec;
      const labels = podOf(manifest).metadata.labels;
      expect(topologySpreadConstraints!.map(({ topologyKey, whenUnsatisfiable }) => [topologyKey, whenUnsatisfiable])).toEqual([
        ['topology.kubernetes.io/zone', 'ScheduleAnyway'],
        ['kubernetes.io/hostname', 'DoNotSchedule'],
      ]);
      for (const { matchLabelKeys, labelSelector } of topologySpreadConstraints!) {
        expect(matchLabelKeys).toContain('pod-template-hash');
        expect(labels).toMatchObject(labelSelector.matchLabels);
        const isOnlyItself = 'app.kubernetes.io/name' in labelSelector.matchLabels || matchLabelKeys.includes('app.kubernetes.io/name');
        expect(isOnlyItself).toBe(true);
      }
    }
  });

  it('has the memory that it asks for, of which Node’s heap is three quarters', () => {
    for (const manifest of all) {
      const { resources } = containersOf(manifest)[0]!;
      expect(resources.requests['memory'], manifest.metadata.name).toBe(resources.limits['memory']);
      expect(resources.requests['cpu'], manifest.metadata.name).toMatch(/^\d+m$/);
      expect(resources.limits['cpu'], manifest.metadata.name).toBeUndefined(); // what is throttled answers late
      expect(resources.limits['ephemeral-storage'], manifest.metadata.name).toBeDefined();
      const heap = /--max-old-space-size=(\d+)/.exec(variablesOf(manifest, manifests)['NODE_OPTIONS'] ?? '')?.[1];
      if (heap) expect(Number(heap), manifest.metadata.name).toBe(mebibytes(resources.limits['memory']!) * 0.75);
      else expect(podOf(manifest).metadata.labels['app.kubernetes.io/component'], manifest.metadata.name).toMatch(/engine|edge/);
    }
  });

  it('moves gateways last', () => {
    const priority = podOf(named(manifests, 'Deployment', 'gateway')!).spec.priorityClassName!;
    expect(named(manifests, 'PriorityClass', priority)).toBeDefined();
  });

  it('does what comes before once, cleans up after itself, and may do it again', () => {
    const jobs = ofKind(manifests, 'Job');
    expect(jobs.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(['migrate', 'topics']));
    for (const job of jobs) {
      expect(job.spec, job.metadata.name).toMatchObject({ ttlSecondsAfterFinished: 300, backoffLimit: 20 });
      expect(podOf(job).spec.restartPolicy, job.metadata.name).toBe('Never');
    }
    for (const [name, server] of eachServer) {
      const { PARLEY_MIGRATIONS, PARLEY_DATABASE_URL_FILE } = variablesOf(server, manifests);
      expect(PARLEY_MIGRATIONS === 'by-job', name).toBe(PARLEY_DATABASE_URL_FILE !== undefined);
    }
  });
});
