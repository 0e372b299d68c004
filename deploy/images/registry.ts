/** Lists of images for several platforms, and single ones, as Docker and OCI name them. */
const KINDS = ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'].concat(
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
);
const TIMEOUT_MS = 20_000;

export interface ImageReference {
  /** `docker.io`, `127.0.0.1:5000`. */
  readonly registry: string;
  readonly name: string;
  readonly tag: string;
  readonly digest?: string;
}

/** Reads `registry/name:tag@sha256:…`; throws for a name without a registry or a tag. */
export function readReference(text: string): ImageReference {
  const [, registry, name, tag, digest] = /^([\w.-]+(?::\d+)?)\/([\w./-]+):([\w.-]+)(?:@(sha256:[0-9a-f]{64}))?$/.exec(text) ?? [];
  if (!registry || !name || !tag) throw new Error(`${text} is not registry/name:tag`);
  return { registry, name, tag, ...(digest ? { digest } : {}) };
}

/**
 * Asks the registry which image a tag is now. https://github.com/opencontainers/distribution-spec, without an account. Rejects with
 * what it answered.
 */
export async function askDigest({ registry, name, tag }: ImageReference): Promise<string> {
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(registry); // as Docker has it
  const url = `${isLocal ? 'http' : 'https'}://${host}/v2/${name}/manifests/${tag}`;
  const ask = (headers: Readonly<Record<string, string>> = {}) =>
    fetch(url, { method: 'HEAD', headers: { accept: KINDS.join(', '), ...headers }, signal: AbortSignal.timeout(TIMEOUT_MS) });
  let answer = await ask();
  if (answer.status === 401)
    answer = await ask({ authorization: `Bearer ${await askToken(answer.headers.get('www-authenticate') ?? '')}` });
  const digest = answer.headers.get('docker-content-digest');
  if (!answer.ok || !digest) throw new Error(`${url} was answered with ${answer.status}`);
  return digest;
}

async function askToken(challenge: string): Promise<string> {
  const { realm, ...said } = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]));
  if (realm === undefined) throw new Error(`the registry asks for something else than a token: ${challenge}`);
  const answer = await fetch(`${realm}?${new URLSearchParams(said)}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const { token, access_token: other } = (await answer.json()) as { token?: string; access_token?: string };
  const found = token ?? other;
  if (!found) throw new Error(`${realm} gave no token`);
  return found;
}
