// `npm run test:cluster`: applies k8s/ to a genuine Kubernetes on this machine, without containers. The first time its programs are built
// from source, which needs Go and some ten minutes; `npm run test:cluster -- build` does only that.

import { prepareDependencies } from './steps/prepare.mjs';
import { exitWith, runInTerminal, say, stoppable } from './steps/run.mjs';

async function main() {
  await stoppable(prepareDependencies);
  if (process.argv[2] === 'build') {
    const { obtainControlPlane } = await import('../deploy/k8s/control-plane.ts');
    const { obtainKubeScore } = await import('../deploy/k8s/kube-score.ts');
    const { KUBERNETES_CACHE } = await import('../deploy/k8s/needed.ts');
    await obtainControlPlane(KUBERNETES_CACHE, say);
    await obtainKubeScore(KUBERNETES_CACHE);
    return;
  }
  process.exit(await runInTerminal(['node_modules/vitest/vitest.mjs', 'run', '--config', 'deploy/k8s/vitest.config.ts']));
}

main().catch(exitWith);
