import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeWhole } from '../stack/local-server.ts';

const run = promisify(execFile);
const WHEEL = 'kubernetes-validate==1.37.0';
/** The newest that k8s/ is tested with; the oldest is named in its namespace's labels. */
const KUBERNETES = 'v1.36.0';
const FILE = '_definitions.json';

export interface CoreSchemas {
  readonly $id: string;
  readonly $defs: Readonly<Record<string, CoreSchema>>;
}

interface CoreSchema {
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly group: string; readonly version: string; readonly kind: string }[];
}

/** JSON Schemas of Kubernetes's own kinds, of which each refuses what it does not know; fetched once. */
export async function obtainCoreSchemas(cacheDir: string): Promise<CoreSchemas> {
  const dir = join(cacheDir, `core-schemas-${KUBERNETES}`);
  await makeWhole(dir, async (target) => {
    const work = await mkdtemp(join(tmpdir(), 'parley-schemas-'));
    try {
      await run('python3', ['-m', 'pip', 'install', '-q', '--no-deps', '--target', work, WHEEL], { timeout: 300_000 }).catch(() => {
        throw new Error(`the schemas of Kubernetes could not be fetched: install Python 3 with pip, which has them as ${WHEEL}`);
      });
      await copyFile(join(work, 'kubernetes_validate/kubernetes-json-schema', `${KUBERNETES}-local-strict`, FILE), join(target, FILE));
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
  return JSON.parse(await readFile(join(dir, FILE), 'utf8')) as CoreSchemas;
}
