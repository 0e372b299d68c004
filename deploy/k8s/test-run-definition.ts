import type { CoreSchemas } from './core-schemas.ts';
import type { CustomResourceDefinition } from './definitions.ts';

type Schema = Readonly<Record<string, unknown>>;

const TEXT = { type: 'string' };
const FLAG = { type: 'boolean' };
const listOf = (items: Schema): Schema => ({ type: 'array', items });
const textByName: Schema = { type: 'object', additionalProperties: TEXT };
const fields = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 ? { required } : {}),
});

/**
 * `TestRun` of k6-operator 1.6, whose own definition is in no package registry. Written after its types
 * (https://github.com/grafana/k6-operator/blob/v1.6.0/api/v1alpha1/testrun_types.go): names and shapes of its fields, with
 * Kubernetes's own wherever they hold parts of a pod. Left out is what the operator keeps for Grafana's cloud, or has deprecated.
 */
export function testRunDefinition(core: CoreSchemas): CustomResourceDefinition {
  const of = (name: string): Schema => structural({ $ref: `#/$defs/io.k8s.api.core.v1.${name}` }, core);
  const variables = { env: listOf(of('EnvVar')), envFrom: listOf(of('EnvFromSource')) };
  const initContainer = fields({
    ...variables,
    name: TEXT,
    image: TEXT,
    command: listOf(TEXT),
    args: listOf(TEXT),
    workingDir: TEXT,
    volumeMounts: listOf(of('VolumeMount')),
    resources: of('ResourceRequirements'),
    restartPolicy: TEXT,
  });
  const pod = fields({
    ...variables,
    disabled: FLAG,
    affinity: of('Affinity'),
    automountServiceAccountToken: TEXT,
    image: TEXT,
    imagePullSecrets: listOf(of('LocalObjectReference')),
    imagePullPolicy: TEXT,
    metadata: fields({ annotations: textByName, labels: textByName }),
    nodeSelector: textByName,
    tolerations: listOf(of('Toleration')),
    topologySpreadConstraints: listOf(of('TopologySpreadConstraint')),
    resources: of('ResourceRequirements'),
    serviceAccountName: TEXT,
    securityContext: of('PodSecurityContext'),
    containerSecurityContext: of('SecurityContext'),
    readinessProbe: of('Probe'),
    livenessProbe: of('Probe'),
    initContainers: listOf(initContainer),
    volumes: listOf(of('Volume')),
    volumeMounts: listOf(of('VolumeMount')),
    priorityClassName: TEXT,
    schedulerName: TEXT,
  });
  const script = fields({
    volumeClaim: fields({ name: TEXT, file: TEXT, readOnly: FLAG }, ['name']),
    configMap: fields({ name: TEXT, file: TEXT }, ['name']),
    localFile: TEXT,
  });
  const spec = fields(
    {
      script,
      parallelism: { type: 'integer', format: 'int32' },
      separate: FLAG,
      arguments: TEXT,
      args: listOf(TEXT),
      ports: listOf(of('ContainerPort')),
      initializer: pod,
      starter: pod,
      runner: pod,
      quiet: TEXT,
      paused: TEXT,
      cleanup: { type: 'string', enum: ['post'] },
    },
    ['script', 'parallelism'],
  );
  const version = {
    name: 'v1alpha1',
    served: true,
    storage: true,
    subresources: { status: {} },
    schema: {
      openAPIV3Schema: fields({
        apiVersion: TEXT,
        kind: TEXT,
        metadata: { type: 'object' },
        spec,
        status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      }),
    },
  };
  const names = { kind: 'TestRun', listKind: 'TestRunList', plural: 'testruns', singular: 'testrun' };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'testruns.k6.io' },
    spec: { group: 'k6.io', names, scope: 'Namespaced', versions: [version] },
  };
}

const KEPT = ['type', 'format', 'enum', 'required', 'items', 'properties', 'additionalProperties'];

/** A schema of Kubernetes as a definition may hold it: without references, and with one type for each field. */
function structural(schema: Schema, core: CoreSchemas): Schema {
  const { $ref } = schema;
  if (typeof $ref === 'string') return structural(core.$defs[$ref.slice('#/$defs/'.length)] as Schema, core);
  if (schema['oneOf'] !== undefined) return { 'x-kubernetes-int-or-string': true }; // quantities and ports
  const kept = Object.entries(schema).filter(([key, value]) => KEPT.includes(key) && value !== false);
  return Object.fromEntries(
    kept.map(([key, value]) => {
      if (key === 'type' && Array.isArray(value)) return [key, value.find((each) => each !== 'null')];
      if (key === 'properties')
        return [key, Object.fromEntries(Object.entries(value as Schema).map(([name, each]) => [name, structural(each as Schema, core)]))];
      return [key, key === 'items' || key === 'additionalProperties' ? structural(value as Schema, core) : value];
    }),
  );
}
