import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { makeWhole } from '../stack/local-server.ts';
import type { Manifest } from './manifests.ts';

const run = promisify(execFile);
const VERSION = '1.20.0';
const GOOD = 10;

/** One thing that kube-score would have otherwise. */
export interface Complaint {
  /** As `kube-score list` has it. */
  readonly check: string;
  readonly kind: string;
  readonly name: string;
}

interface Score {
  readonly type_meta: { readonly kind: string };
  readonly object_meta: { readonly name: string };
  readonly checks: readonly { readonly check: { readonly id: string }; readonly grade: number; readonly skipped: boolean }[];
}

/** kube-score, built from source once. Rejects with one line that says what to install. */
export async function obtainKubeScore(cacheDir: string): Promise<string> {
  const dir = join(cacheDir, `kube-score-${VERSION}`);
  await makeWhole(dir, async (target) => {
    const env = { ...process.env, GOBIN: target, GOFLAGS: '-trimpath', CGO_ENABLED: '0' };
    await run('go', ['install', `github.com/zegl/kube-score/cmd/kube-score@v${VERSION}`], { env, timeout: 15 * 60_000 }).catch(
      (error: Error) => {
        throw new Error(`kube-score could not be built: install Go 1.24 or newer (${error.message.split('\n').at(-1)})`);
      },
    );
  });
  return join(dir, 'kube-score');
}

export async function complaintsOf(kubeScore: string, manifests: readonly Manifest[]): Promise<Complaint[]> {
  const scoring = spawn(kubeScore, ['score', '--kubernetes-version', 'v1.36', '--output-format', 'json', '-'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  scoring.stdin.end(manifests.map((manifest) => JSON.stringify(manifest)).join('\n---\n'));
  const scores = JSON.parse(await text(scoring.stdout)) as Score[];
  return scores.flatMap(({ type_meta: { kind }, object_meta: { name }, checks }) =>
    checks.filter(({ grade, skipped }) => !skipped && grade < GOOD).map(({ check }) => ({ check: check.id, kind, name })),
  );
}
