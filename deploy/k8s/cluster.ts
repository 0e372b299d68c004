import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts, startServer, type LocalServer } from '../stack/local-server.ts';
import type { ControlPlane } from './control-plane.ts';

const run = promisify(execFile);
const START_MS = 120_000;

export interface ClusterOptions {
  readonly programs: ControlPlane;
  readonly kubectl: string;
  /** For its data and logs; the caller's to remove. */
  readonly dir: string;
}

/** A genuine Kubernetes on 127.0.0.1 without containers: what it decides is real, and kwok plays the nodes that carry it out. */
export class Cluster {
  readonly #kubectl: string;
  readonly #kubeconfig: string;
  readonly #servers: LocalServer[] = [];

  private constructor(kubectl: string, kubeconfig: string) {
    this.#kubectl = kubectl;
    this.#kubeconfig = kubeconfig;
  }

  static async start({ programs, kubectl, dir }: ClusterOptions): Promise<Cluster> {
    const kubeconfig = join(dir, 'kubeconfig');
    const cluster = new Cluster(kubectl, kubeconfig);
    try {
      await cluster.#startAll(programs, dir);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** What kubectl says; rejects with what it complains of. */
  async kubectl(args: readonly string[], input?: string): Promise<string> {
    const running = run(this.#kubectl, [`--kubeconfig=${this.#kubeconfig}`, ...args], { maxBuffer: 64 * 1024 * 1024, timeout: START_MS });
    running.child.stdin!.end(input);
    return (await running).stdout;
  }

  async get<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.kubectl(['get', '--output=json', ...args])) as T;
  }

  async stop(): Promise<void> {
    for (const server of this.#servers.toReversed()) await server.stop();
  }

  async #startAll({ dir: bin, stages }: ControlPlane, dir: string): Promise<void> {
    await mkdir(dir, { recursive: true });
    const [port, etcd, peer, controllers, scheduler, kwok] = await freePorts(6);
    const etcdUrl = `http://127.0.0.1:${etcd}`;
    const peerUrl = `http://127.0.0.1:${peer}`;
    const token = randomBytes(16).toString('hex');
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const file = (name: string) => join(dir, name);
    await writeFile(file('accounts.key'), privateKey, { mode: 0o600 });
    await writeFile(file('accounts.pub'), publicKey);
    await writeFile(file('tokens.csv'), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
    await writeFile(this.#kubeconfig, kubeconfigFor(`https://127.0.0.1:${port}`, token), { mode: 0o600 });

    const start = async (name: string, args: readonly string[], isReady: () => Promise<boolean>) => {
      this.#servers.push(await startServer({ name, command: join(bin, name), args, dir, startMs: START_MS, isReady }));
    };
    const running = async () => true;
    await start(
      'etcd',
      [
        ...['--name=only', `--data-dir=${file('etcd')}`, '--unsafe-no-fsync', `--initial-cluster=only=${peerUrl}`],
        ...[`--listen-client-urls=${etcdUrl}`, `--advertise-client-urls=${etcdUrl}`],
        ...[`--listen-peer-urls=${peerUrl}`, `--initial-advertise-peer-urls=${peerUrl}`],
      ],
      async () => (await fetch(`${etcdUrl}/health`)).ok,
    );
    await start(
      'kube-apiserver',
      [
        ...[`--etcd-servers=${etcdUrl}`, '--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', `--secure-port=${port}`],
        ...['--endpoint-reconciler-type=none', `--cert-dir=${file('certificates')}`, `--token-auth-file=${file('tokens.csv')}`],
        ...['--authorization-mode=Node,RBAC', '--service-cluster-ip-range=10.0.0.0/24', '--enable-admission-plugins=NodeRestriction'],
        ...['--service-account-issuer=https://kubernetes.default.svc', `--service-account-key-file=${file('accounts.pub')}`],
        `--service-account-signing-key-file=${file('accounts.key')}`,
      ],
      async () => (await this.kubectl(['get', '--raw=/readyz'])) === 'ok',
    );
    const client = [`--kubeconfig=${this.#kubeconfig}`];
    const component = [...client, '--leader-elect=false', '--bind-address=127.0.0.1'];
    await start(
      'kube-controller-manager',
      [
        ...[...component, `--secure-port=${controllers}`, `--service-account-private-key-file=${file('accounts.key')}`],
        `--root-ca-file=${file('certificates/apiserver.crt')}`,
      ],
      running,
    );
    await start('kube-scheduler', [...component, `--secure-port=${scheduler}`], running);
    const configs = stages.map((stage) => `--config=${stage}`);
    await start('kwok', [...client, '--manage-all-nodes=true', `--server-address=127.0.0.1:${kwok}`, ...configs], running);
  }
}

function kubeconfigFor(server: string, token: string): string {
  const name = 'parley';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    // It makes its certificate itself, and listens to this machine alone.
    clusters: [{ name, cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}
