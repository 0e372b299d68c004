import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { javaFromWheel } from '../stack/kafka-jars.ts';
import { exists, makeWhole } from '../stack/local-server.ts';
import { obtainCoreSchemas } from './core-schemas.ts';
import { testRunDefinition } from './test-run-definition.ts';

const run = promisify(execFile);
const FETCH_MS = 300_000;
/** Changes whenever something below does: what is in the cache is then made anew. */
const NAME = 'definitions-1';

/** Go modules that carry CustomResourceDefinitions as files; each is fetched alone, nothing is compiled. */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  'sigs.k8s.io/gateway-api@v1.6.1': ['gatewayclasses', 'gateways', 'httproutes'].map(
    (name) => `config/crd/standard/gateway.networking.k8s.io_${name}.yaml`,
  ),
  'github.com/kedacore/keda/v2@v2.20.2': ['config/crd/bases/keda.sh_scaledobjects.yaml'],
  'github.com/cloudnative-pg/cloudnative-pg@v1.30.0': ['clusters', 'scheduledbackups'].map(
    (name) => `config/crd/bases/postgresql.cnpg.io_${name}.yaml`,
  ),
  'github.com/cloudnative-pg/plugin-barman-cloud@v0.15.0': ['config/crd/bases/barmancloud.cnpg.io_objectstores.yaml'],
  'github.com/envoyproxy/gateway@v1.9.0': ['envoyproxies', 'clienttrafficpolicies', 'backendtrafficpolicies'].map(
    (name) => `charts/gateway-helm/charts/crds/crds/generated/gateway.envoyproxy.io_${name}.yaml`,
  ),
  'github.com/cert-manager/cert-manager@v1.20.0': ['deploy/crds/cert-manager.io_certificates.yaml'],
  'github.com/traefik/traefik/v3@v3.7.9': ['ingressroutes', 'middlewares'].map(
    (name) => `docs/content/reference/dynamic-configuration/traefik.io_${name}.yaml`,
  ),
  'github.com/external-secrets/external-secrets@v1.3.2': ['config/crds/bases/external-secrets.io_externalsecrets.yaml'],
  'github.com/prometheus-operator/prometheus-operator@v0.93.0': ['servicemonitors', 'podmonitors', 'prometheusrules'].map(
    (name) => `example/prometheus-operator-crd/monitoring.coreos.com_${name}.yaml`,
  ),
};

/** Classes of Strimzi's model, for its generator. */
const STRIMZI = ['io.strimzi.api.kafka.model.kafka.Kafka', 'io.strimzi.api.kafka.model.nodepool.KafkaNodePool'];

export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly [form: string]: string };
    readonly scope: string;
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: Readonly<Record<string, unknown>> };
      readonly [field: string]: unknown;
    }[];
  };
}

/** Every custom kind that k8s/ uses, as its project defines it; fetched once. Rejects with one line that says what to install. */
export async function obtainDefinitions(cacheDir: string): Promise<CustomResourceDefinition[]> {
  const core = await obtainCoreSchemas(cacheDir);
  return [...(await obtainPublished(cacheDir)), testRunDefinition([...core.values()].at(-1)!)];
}

async function obtainPublished(cacheDir: string): Promise<CustomResourceDefinition[]> {
  const dir = join(cacheDir, NAME);
  const file = join(dir, 'definitions.json');
  await makeWhole(dir, async (target) => {
    const found = await Promise.all([
      ...Object.entries(MODULES).map(([module, files]) => fromModule(module, files)),
      fromStrimzi(cacheDir),
    ]);
    await writeFile(join(target, 'definitions.json'), JSON.stringify(found.flat()));
  });
  return JSON.parse(await readFile(file, 'utf8')) as CustomResourceDefinition[];
}

async function fromModule(module: string, files: readonly string[]): Promise<CustomResourceDefinition[]> {
  const { stdout } = await run('go', ['mod', 'download', '-json', module], { cwd: tmpdir(), timeout: FETCH_MS }).catch(
    (error: NodeJS.ErrnoException) => {
      const advice = error.code === 'ENOENT' ? 'Go is missing, which fetches them: install Go 1.24 or newer' : error.message.trim();
      throw new Error(`the definitions of ${module} could not be fetched: ${advice}`);
    },
  );
  const { Dir } = JSON.parse(stdout) as { Dir: string };
  return (await Promise.all(files.map((file) => definitionsIn(join(Dir, file))))).flat();
}

async function fromStrimzi(cacheDir: string): Promise<CustomResourceDefinition[]> {
  const work = await mkdtemp(join(tmpdir(), 'parley-strimzi-'));
  try {
    const java = await javaFromWheel(cacheDir); // newer than most machines have
    const goal = ['-B', '-ntp', '-q', '-f', join(import.meta.dirname, 'strimzi-pom.xml'), 'dependency:copy-dependencies'];
    await run('mvn', [...goal, `-DoutputDirectory=${work}/jars`], { timeout: FETCH_MS }).catch((error: NodeJS.ErrnoException) => {
      const advice = error.code === 'ENOENT' ? 'Maven is missing: install it (Debian: apt-get install maven)' : error.message.trim();
      throw new Error(`the definitions of Strimzi could not be fetched: ${advice}`);
    });
    const files = STRIMZI.map((name) => join(work, `${name}.yaml`));
    const classes = STRIMZI.map((name, index) => `${name}=${files[index]}`);
    const options = ['--yaml', '--target-kube', '1.30+', '--crd-api-version', 'v1'];
    await run(java.binary, ['-cp', `${work}/jars/*`, 'io.strimzi.crdgenerator.CrdGenerator', ...options, ...classes]);
    return (await Promise.all(files.map(definitionsIn))).flat();
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function definitionsIn(file: string): Promise<CustomResourceDefinition[]> {
  if (!(await exists(file))) throw new Error(`the definition ${file} is not where it was`);
  const documents = parseAllDocuments(await readFile(file, 'utf8')).map((document) => document.toJS() as CustomResourceDefinition | null);
  return documents.filter((document) => document?.kind === 'CustomResourceDefinition') as CustomResourceDefinition[];
}
