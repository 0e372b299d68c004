import { obtainKubectl } from './kubectl.ts';
import { OVERLAYS, Renderer, type Manifest } from './manifests.ts';
import { KUBERNETES_CACHE, needed } from './needed.ts';

/** Every overlay with its objects; none where kubectl cannot be had, and then tests over it are skipped. */
export async function renderedOverlays(): Promise<(readonly [overlay: string, manifests: readonly Manifest[]])[]> {
  const kubectl = await needed(() => obtainKubectl(KUBERNETES_CACHE));
  if (kubectl === undefined) return [];
  const renderer = new Renderer(kubectl);
  return Promise.all(OVERLAYS.map(async (overlay) => [overlay, await renderer.overlay(overlay)] as const));
}
