import { describe, expect, it } from 'vitest';
import { complaintsOf, obtainKubeScore, type Complaint } from './kube-score.ts';
import { needed, KUBERNETES_CACHE } from './needed.ts';
import { renderedOverlays } from './rendered.ts';

const ENGINES = ['kafka', 'postgres', 'minio', 'redis'];

/** Where we have it otherwise on purpose. */
const EXCEPTIONS: readonly {
  readonly check: string;
  readonly why: string;
  readonly isMeant: (of: Complaint, overlay: string) => boolean;
}[] = [
  { check: 'container-image-pull-policy', why: 'tags are pinned and never moved', isMeant: () => true },
  {
    check: 'container-resources',
    why: 'no CPU limits: what is throttled answers late; memory is asserted in pods.test.ts',
    isMeant: () => true,
  },
  { check: 'deployment-has-host-podantiaffinity', why: 'topology spread does it', isMeant: () => true },
  {
    check: 'networkpolicy-targets-pod',
    why: 'pods that operators make',
    isMeant: ({ name }) => /^(kafka|postgres)-cluster$|^keda-to-kafka$/.test(name),
  },
  {
    check: 'deployment-replicas',
    why: 'KEDA says how many, or one is enough',
    isMeant: ({ name }, overlay) => overlay === 'local' || ['gateway', 'messages', 'redis'].includes(name),
  },
  { check: 'deployment-strategy', why: 'two at once would each have half of the listeners', isMeant: ({ name }) => name === 'redis' },
  {
    check: 'pod-probes-identical',
    why: 'an engine has one question to be asked',
    isMeant: ({ name }) => [...ENGINES, 'edge'].includes(name),
  },
  {
    check: 'container-security-context-user-group-id',
    why: 'the users of their images',
    isMeant: ({ name }) => ['kafka', 'postgres'].includes(name),
  },
];

const kubeScore = await needed(() => obtainKubeScore(KUBERNETES_CACHE));
const overlays = await renderedOverlays();

describe.skipIf(!kubeScore).for(overlays)('kube-score', ([overlay, manifests]) => {
  it(`has nothing to say of ${overlay} but what is meant`, async () => {
    const complaints = await complaintsOf(kubeScore!, manifests);
    const isException = (complaint: Complaint) =>
      EXCEPTIONS.some(({ check, isMeant }) => check === complaint.check && isMeant(complaint, overlay));
    expect(complaints.length).toBeGreaterThan(0); // it did look
    expect(complaints.filter((complaint) => !isException(complaint))).toEqual([]);
  });
});
