import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const K8S = join(ROOT, 'k8s');
/** Built here, or named by whoever builds it. */
const OURS = /^(parley:local|ghcr\.io\/parley-chat\/)/;

/** Images of others that docker-compose.yml names, by the variable that replaces each. */
export function composeImages(): Map<string, string> {
  const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
  const named = [...text.matchAll(/\$\{([A-Z0-9_]+_IMAGE):-([^}]+)\}/g)].map(([, variable, image]) => [variable!, image!] as const);
  return new Map(named.filter(([, image]) => !OURS.test(image)));
}

/** Images of others that k8s/ names. */
export function clusterImages(): string[] {
  const files = readdirSync(K8S, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  const named = files.flatMap((file) =>
    [...readFileSync(join(K8S, file), 'utf8').matchAll(/^\s+(?:image|imageName): (\S+\/\S+:\S+)$/gm)].map(([, image]) => image!),
  );
  return [...new Set(named)].filter((image) => !OURS.test(image)).sort();
}
