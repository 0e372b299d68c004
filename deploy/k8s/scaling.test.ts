import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metrics } from '@parley/telemetry';
import { describe, expect, it } from 'vitest';
import { ofKind, variablesOf, type Manifest } from './manifests.ts';
import { renderedOverlays } from './rendered.ts';
import { CONFIGS } from './services.ts';

interface Scaler {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly behavior?: { readonly scaleDown: { readonly stabilizationWindowSeconds: number; readonly policies: readonly object[] } };
  readonly triggers: readonly { readonly type: string; readonly metadata: Readonly<Record<string, string>> }[];
  readonly hasFallback: boolean;
}

interface Autoscaler {
  readonly scaleTargetRef: { readonly name: string };
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly behavior?: Scaler['behavior'];
  readonly metrics: readonly { readonly resource: { readonly name: string } }[];
}

interface ScaledObject {
  readonly scaleTargetRef: { readonly name: string };
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  readonly fallback?: object;
  readonly advanced: { readonly horizontalPodAutoscalerConfig: { readonly behavior: Scaler['behavior'] } };
  readonly triggers: Scaler['triggers'];
}

function scalersOf(manifests: readonly Manifest[]): Scaler[] {
  const byCpu = ofKind(manifests, 'HorizontalPodAutoscaler').map(({ spec }): Scaler => {
    const { scaleTargetRef, minReplicas, maxReplicas, behavior, metrics } = spec as unknown as Autoscaler;
    const triggers = metrics.map(({ resource }) => ({ type: resource.name, metadata: {} }));
    return {
      name: scaleTargetRef.name,
      least: minReplicas,
      most: maxReplicas,
      triggers,
      hasFallback: false,
      ...(behavior && { behavior }),
    };
  });
  const byKeda = ofKind(manifests, 'ScaledObject').map(({ spec }): Scaler => {
    const { scaleTargetRef, minReplicaCount, maxReplicaCount, fallback, advanced, triggers } = spec as unknown as ScaledObject;
    const behavior = advanced.horizontalPodAutoscalerConfig.behavior;
    const [least, most] = [minReplicaCount, maxReplicaCount];
    return { name: scaleTargetRef.name, least, most, triggers, hasFallback: fallback !== undefined, ...(behavior && { behavior }) };
  });
  return [...byCpu, ...byKeda];
}

const overlays = await renderedOverlays();
const scaled = overlays.filter(([overlay]) => overlay !== 'local'); // where there is one of each

describe.skipIf(scaled.length === 0).each(scaled)('how %s grows', (overlay, manifests) => {
  const scalers = scalersOf(manifests);
  const of = (name: string) => scalers.find((scaler) => scaler.name === name)!;

  it('is decided once for every service, and never below what survives the loss of a node', () => {
    expect(scalers.map(({ name }) => name).sort()).toEqual(Object.keys(CONFIGS).sort());
    for (const { name, least, most, triggers } of scalers) {
      expect(least, name).toBeGreaterThanOrEqual(2);
      expect(most, name).toBeGreaterThanOrEqual(least);
      expect(
        triggers.map(({ type }) => type),
        name,
      ).toContain('cpu');
      const deployment = ofKind(manifests, 'Deployment').find(({ metadata }) => metadata.name === name)!;
      expect(deployment.spec!['replicas'], name).toBeUndefined(); // or every `apply` would put it back
    }
    if (overlay !== 'staging') expect(of('gateway').least).toBeGreaterThanOrEqual(3);
  });

  it('takes gateways and storing processes away late and slowly', () => {
    for (const [name, seconds] of [
      ['gateway', 900],
      ['messages', 600],
    ] as const)
      expect(of(name).behavior!.scaleDown, name).toEqual({
        stabilizationWindowSeconds: seconds,
        policies: [{ type: 'Pods', value: 1, periodSeconds: 300 }],
      });
  });

  it('has no more storing processes than partitions', () => {
    const messages = ofKind(manifests, 'Deployment').find(({ metadata }) => metadata.name === 'messages')!;
    expect(of('messages').most).toBeLessThanOrEqual(Number(variablesOf(messages, manifests)['PARLEY_MESSAGE_PARTITIONS']));
  });
});

const followed = scaled.filter(([, manifests]) => ofKind(manifests, 'ScaledObject').length > 0);

describe.skipIf(followed.length === 0).each(followed)('what %s follows', (_, manifests) => {
  it('follows numbers that exist, and goes on without them', async () => {
    const own = readFileSync(join(import.meta.dirname, '../../services/gateway/src/metrics/gateway-metrics.ts'), 'utf8');
    const process = await new Metrics().registry.metrics();
    for (const { name, hasFallback, triggers } of scalersOf(manifests).filter((scaler) => scaler.triggers.length > 1)) {
      expect(hasFallback, name).toBe(true);
      for (const { type, metadata } of triggers) {
        if (type === 'kafka') {
          const worker = ofKind(manifests, 'Deployment').find((each) => each.metadata.name === name)!;
          expect(metadata['version']).toMatch(/^[3-9]\.\d+\.\d+$/);
          expect(metadata['bootstrapServers']).toBe(variablesOf(worker, manifests)['PARLEY_KAFKA_BROKERS']);
        }
        if (type === 'prometheus') {
          const [, metric] = /\((\w+)\{/.exec(metadata['query']!)!;
          expect(`${own}\n${process}`).toMatch(new RegExp(`\\b${metric}\\b`));
        }
      }
    }
  });
});

describe.skipIf(overlays.length === 0).each(overlays)('the database of %s', (_, manifests) => {
  it('takes as many connections as its services can open together', () => {
    const POOL = 6; // libs/db/src/database.ts
    const scalers = scalersOf(manifests);
    const withDatabase = ofKind(manifests, 'Deployment').filter(
      (deployment) => variablesOf(deployment, manifests)['PARLEY_DATABASE_URL_FILE'] !== undefined,
    );
    const pods = withDatabase.map(({ metadata }) => scalers.find(({ name }) => name === metadata.name)?.most ?? 1);
    const cluster = ofKind(manifests, 'Cluster')[0]?.spec as unknown as
      { postgresql: { parameters: { max_connections: string } } } | undefined;
    const most = Number(cluster?.postgresql.parameters.max_connections ?? 200);
    expect(pods.reduce((sum, count) => sum + count, 0) * POOL * 1.25).toBeLessThan(most); // a roll brings a quarter more
  });
});
