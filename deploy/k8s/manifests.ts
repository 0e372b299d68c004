import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import type { Container, PodTemplate } from './pod.ts';

const run = promisify(execFile);
const K8S = join(import.meta.dirname, '../../k8s');
const namesIn = (folder: string): readonly string[] => readdirSync(join(K8S, folder)).sort();

export const OVERLAYS = namesIn('overlays');
export const COMPONENTS = namesIn('components');

/** An object of Kubernetes, with the fields of all kinds that tests look at. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly immutable?: boolean;
  readonly automountServiceAccountToken?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: Spec;
}

interface Spec {
  readonly template?: PodTemplate;
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> } & Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** Renders an overlay, or one with a component upon it as people add them. Rejects with what Kustomize says. */
export class Renderer {
  readonly #kubectl: string;

  constructor(kubectl: string) {
    this.#kubectl = kubectl;
  }

  overlay(name: string): Promise<Manifest[]> {
    return this.#render(join(K8S, 'overlays', name));
  }

  /** The runners of a load test, which are applied to a cluster that has the overlay `load-test`. */
  loadRun(): Promise<Manifest[]> {
    return this.#render(join(K8S, 'overlays/load-test/run'));
  }

  /** `workDir`: a folder inside of the repository, because Kustomize wants relative paths. */
  async withComponent(overlay: string, component: string, workDir: string): Promise<Manifest[]> {
    await mkdir(workDir, { recursive: true });
    const dir = await mkdtemp(join(workDir, 'overlay-'));
    const pathTo = (folder: string, name: string) => relative(dir, join(K8S, folder, name));
    const kustomization = {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [pathTo('overlays', overlay)],
      components: [pathTo('components', component)],
    };
    try {
      await writeFile(join(dir, 'kustomization.yaml'), JSON.stringify(kustomization));
      return await this.#render(dir);
    } finally {
      await rm(dir, { recursive: true });
    }
  }

  async #render(dir: string): Promise<Manifest[]> {
    const { stdout } = await run(this.#kubectl, ['kustomize', dir], { maxBuffer: 64 * 1024 * 1024 });
    return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  }
}

/** The components that an overlay has, its own and those of the overlays it stands on. */
export function componentsOf(overlay: string): Set<string> {
  const { resources, components } = parse(readFileSync(join(K8S, 'overlays', overlay, 'kustomization.yaml'), 'utf8')) as {
    resources: readonly string[];
    components?: readonly string[];
  };
  const own = (components ?? []).map((path) => path.split('/').at(-1)!);
  const below = resources.filter((path) => /^\.\.\/[^./]+$/.test(path)).flatMap((path) => [...componentsOf(path.slice(3))]);
  return new Set([...own, ...below]);
}

export const ofKind = (manifests: readonly Manifest[], ...kinds: string[]): Manifest[] =>
  manifests.filter(({ kind }) => kinds.includes(kind));

/** What runs: everything of Kubernetes's own kinds that makes pods. */
export const workloadsOf = (manifests: readonly Manifest[]): Manifest[] => ofKind(manifests, 'Deployment', 'StatefulSet', 'Job');

export const podOf = ({ spec }: Manifest): PodTemplate => spec!.template!;

export const containersOf = (manifest: Manifest): readonly Container[] => podOf(manifest).spec.containers;

/** The value of each variable that a container gets, from its own list and from ConfigMaps. */
export function variablesOf(manifest: Manifest, manifests: readonly Manifest[]): Record<string, string> {
  const [container] = containersOf(manifest);
  const fromMaps = (container!.envFrom ?? []).map(({ configMapRef }) => {
    const map = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === configMapRef.name);
    if (map === undefined) throw new Error(`${manifest.metadata.name} reads ${configMapRef.name}, which is not there`);
    return map.data ?? {};
  });
  const own = Object.fromEntries((container!.env ?? []).map(({ name, value }) => [name, value]));
  return Object.assign({}, ...fromMaps, own) as Record<string, string>;
}
