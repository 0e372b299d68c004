import { execFile } from 'node:child_process';
import { cp, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exists, makeWhole } from '../stack/local-server.ts';

const run = promisify(execFile);
const KUBERNETES = '1.36.3';
const ETCD = '3.7.1';
const KWOK = '0.8.0';
/** Eight minutes on two quiet processors. */
const BUILD_MS = 45 * 60_000;
const COMPONENTS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;
/** What kwok does to nodes and pods: says that they are there, ready, done and gone. */
const STAGES = [
  'node/fast/node-initialize',
  'node/heartbeat/node-heartbeat',
  'pod/fast/pod-ready',
  'pod/fast/pod-complete',
  'pod/fast/pod-delete',
];

export interface ControlPlane {
  /** Holds etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok. */
  readonly dir: string;
  /** Files for `kwok --config`. */
  readonly stages: readonly string[];
}

/**
 * The programs of a genuine control plane and of kwok, which plays nodes; built from source once, because nobody serves them as files
 * of a package registry. Rejects with one line that says what to install.
 */
export async function obtainControlPlane(cacheDir: string, log: (line: string) => void): Promise<ControlPlane> {
  const dir = join(cacheDir, `control-plane-${KUBERNETES}-${ETCD}-${KWOK}`);
  if (!(await exists(dir))) {
    await run('go', ['version']).catch(() => {
      throw new Error('a control plane of Kubernetes is missing: install Go 1.26 or newer, which builds it (https://go.dev/dl/)');
    });
    log(`Kubernetes ${KUBERNETES}, etcd ${ETCD} and kwok ${KWOK}: building them from source, once; this takes some ten minutes …`);
    await makeWhole(dir, async (target) => {
      await buildKwok(target);
      await inWorkFolder((work) => buildEtcd(work, target));
      await inWorkFolder((work) => buildKubernetes(work, target));
    });
  }
  return { dir, stages: STAGES.map((stage) => join(dir, stageFile(stage))) };
}

const stageFile = (stage: string): string => `${stage.split('/').at(-1)}.yaml`;

async function buildKwok(target: string): Promise<void> {
  await go(target, ['install', '-trimpath', '-ldflags=-s -w', `sigs.k8s.io/kwok/cmd/kwok@v${KWOK}`], { GOBIN: target });
  const { Dir } = await download(target, `sigs.k8s.io/kwok@v${KWOK}`);
  for (const stage of STAGES) await copyFile(join(Dir, 'kustomize/stage', `${stage}.yaml`), join(target, stageFile(stage)));
}

/** etcd's module replaces others, so Go does not install it by name; a program that calls its entry may be built. */
async function buildEtcd(work: string, target: string): Promise<void> {
  const main = ['package main', 'import ("os"; "go.etcd.io/etcd/server/v3/etcdmain")', 'func main() { etcdmain.Main(os.Args) }'];
  await writeFile(join(work, 'main.go'), main.join('\n'));
  await writeFile(join(work, 'go.mod'), `module parley/etcd\n\ngo 1.26\n\nrequire go.etcd.io/etcd/server/v3 v${ETCD}\n`);
  await go(work, ['mod', 'tidy']);
  await go(work, ['build', '-trimpath', '-ldflags=-s -w', '-o', join(target, 'etcd'), '.']);
}

/** Kubernetes's module takes its parts from folders beside it; here they are the same parts as they were published. */
async function buildKubernetes(work: string, target: string): Promise<void> {
  const { GoMod, Dir } = await download(work, `k8s.io/kubernetes@v${KUBERNETES}`);
  const upstream = await readFile(GoMod, 'utf8');
  const parts = [...upstream.matchAll(/^\t(k8s\.io\/[a-z-]+) => \.\/staging\//gm)].map(([, name]) => name!);
  const published = `v0.${KUBERNETES.split('.').slice(1).join('.')}`;
  const lines = [
    'module parley/control-plane',
    ...(upstream.match(/^go .*$/m) ?? []),
    ...(upstream.match(/^godebug .*$/gm) ?? []),
    `require k8s.io/kubernetes v${KUBERNETES}`,
    ...parts.map((name) => `replace ${name} => ${name} ${published}`),
  ];
  await writeFile(join(work, 'go.mod'), `${lines.join('\n')}\n`);
  await cp(join(Dir, 'go.sum'), join(work, 'go.sum'));
  const imports = COMPONENTS.map((name) => `import _ "k8s.io/kubernetes/cmd/${name}/app"`);
  await writeFile(join(work, 'parts.go'), ['package parts', ...imports, ''].join('\n'));
  await go(work, ['mod', 'tidy', '-e']);
  const version = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((name) => [
    `-X ${name}.gitVersion=v${KUBERNETES}`,
    `-X ${name}.gitMajor=1 -X ${name}.gitMinor=${KUBERNETES.split('.')[1]}`,
  ]);
  for (const name of COMPONENTS)
    await go(work, [
      'build',
      '-trimpath',
      `-ldflags=-s -w ${version.join(' ')}`,
      '-o',
      join(target, name),
      `k8s.io/kubernetes/cmd/${name}`,
    ]);
}

async function inWorkFolder(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-build-'));
  try {
    await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function download(cwd: string, module: string): Promise<{ readonly Dir: string; readonly GoMod: string }> {
  return JSON.parse(await go(cwd, ['mod', 'download', '-json', module])) as { Dir: string; GoMod: string };
}

async function go(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const options = {
    cwd,
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod', ...env },
    timeout: BUILD_MS,
    maxBuffer: 64 * 1024 * 1024,
  };
  return run('go', args, options).then(
    ({ stdout }) => stdout,
    (error: { stderr?: string; message: string }) => {
      throw new Error(`go ${args[0]} failed: ${(error.stderr || error.message).trim().split('\n').slice(-3).join(' | ')}`);
    },
  );
}
