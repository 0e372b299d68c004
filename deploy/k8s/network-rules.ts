import { ofKind, podOf, workloadsOf, type Manifest } from './manifests.ts';

type Labels = Readonly<Record<string, string>>;

interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports: readonly { readonly port: number }[];
}

interface Policy {
  readonly podSelector: Selector;
  readonly policyTypes: readonly ('Ingress' | 'Egress')[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

/** Pods of one kind, by what policies see of them. */
export interface Pods {
  readonly name: string;
  readonly labels: Labels;
}

/** All that run in the namespace, those that operators make included. */
export function podsOf(manifests: readonly Manifest[]): Pods[] {
  const own = workloadsOf(manifests).map((manifest) => ({ name: manifest.metadata.name, labels: podOf(manifest).metadata.labels }));
  const brokers = ofKind(manifests, 'Kafka').map(({ metadata }) => ({
    name: 'kafka',
    labels: { 'strimzi.io/cluster': metadata.name, 'parley/engine': 'kafka' },
  }));
  const databases = ofKind(manifests, 'Cluster').map(({ metadata }) => ({
    name: 'postgres',
    labels: { 'cnpg.io/cluster': metadata.name, 'parley/engine': 'postgres' },
  }));
  return [...own, ...brokers, ...databases];
}

/** What the policies of a namespace allow together: as soon as one selects a pod, only what some policy names gets through. */
export class NetworkRules {
  readonly #policies: readonly Policy[];

  constructor(manifests: readonly Manifest[]) {
    this.#policies = ofKind(manifests, 'NetworkPolicy').map(({ spec }) => spec as unknown as Policy);
  }

  allows(from: Pods, to: Pods, port: number): boolean {
    const isPeer = (pods: Pods) => (peer: Peer) =>
      peer.podSelector !== undefined && peer.namespaceSelector === undefined && selects(peer.podSelector, pods.labels);
    return this.#permits('Egress', from, port, isPeer(to)) && this.#permits('Ingress', to, port, isPeer(from));
  }

  /** Of pods in a namespace with these labels. */
  allowsFromNamespace(labels: Labels, to: Pods, port: number): boolean {
    return this.#permits('Ingress', to, port, (peer) => peer.namespaceSelector !== undefined && selects(peer.namespaceSelector, labels));
  }

  /** To addresses outside of the cluster. */
  allowsOutside(from: Pods, port: number): boolean {
    return this.#permits('Egress', from, port, ({ ipBlock }) => ipBlock?.cidr === '0.0.0.0/0');
  }

  #permits(direction: 'Ingress' | 'Egress', pods: Pods, port: number, isPeer: (peer: Peer) => boolean): boolean {
    const selecting = this.#policies.filter(
      ({ podSelector, policyTypes }) => policyTypes.includes(direction) && selects(podSelector, pods.labels),
    );
    if (selecting.length === 0) return true;
    const rules = selecting.flatMap((policy) => (direction === 'Ingress' ? policy.ingress : policy.egress) ?? []);
    return rules.some(({ from, to, ports }) => ports.some((each) => each.port === port) && (from ?? to ?? []).some(isPeer));
  }
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  const isIn = matchExpressions.every(({ key, operator, values }) => {
    if (operator !== 'In') throw new Error(`the operator ${operator} is not known here`);
    return values!.includes(labels[key] ?? '');
  });
  return isIn && Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}
