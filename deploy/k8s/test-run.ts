import type { Manifest } from './manifests.ts';

interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
}

/** What a `TestRun` says of the pods that k6-operator makes for it. */
interface RunPod {
  readonly image: string;
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: string;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly containerSecurityContext: Readonly<Record<string, unknown>>;
  readonly resources: { readonly requests: Readonly<Record<string, string>>; readonly limits: Readonly<Record<string, string>> };
}

interface Runner extends RunPod {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly affinity: { readonly podAntiAffinity: { readonly requiredDuringSchedulingIgnoredDuringExecution: readonly object[] } };
  readonly tolerations: readonly object[];
  readonly topologySpreadConstraints: readonly object[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly volumes: readonly Volume[];
}

interface TestRunSpec {
  readonly script: { readonly localFile: string };
  readonly parallelism: number;
  readonly separate?: boolean;
  readonly starter: RunPod;
  readonly runner: Runner;
}

export function runnersOf({ spec }: Manifest): { readonly spec: TestRunSpec; readonly pods: readonly RunPod[] } {
  const run = spec as unknown as TestRunSpec;
  return { spec: run, pods: [run.starter, run.runner] };
}

/** The first runner's Job, as the operator makes it. */
export function runnerJobOf(testRun: Manifest): Manifest {
  const { runner, script } = runnersOf(testRun).spec;
  const { name, namespace } = testRun.metadata;
  const labels = { app: 'k6', k6_cr: name, runner: 'true' };
  const { image, env, resources, volumeMounts, volumes, securityContext, containerSecurityContext, ...pod } = runner;
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${name}-1`, namespace: namespace!, labels },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: pod.serviceAccountName,
          automountServiceAccountToken: pod.automountServiceAccountToken === 'true',
          restartPolicy: 'Never',
          affinity: pod.affinity,
          tolerations: pod.tolerations,
          topologySpreadConstraints: pod.topologySpreadConstraints,
          securityContext,
          containers: [
            {
              name: 'k6',
              image,
              command: ['k6', 'run', script.localFile],
              env,
              resources,
              volumeMounts,
              ports: [{ containerPort: 6565 }],
              securityContext: containerSecurityContext,
            },
          ],
          volumes,
        },
      },
    },
  };
  return job as unknown as Manifest;
}
