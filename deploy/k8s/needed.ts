import { join } from 'node:path';

/** Tools and schemas that the checks of k8s/ fetch, once. */
export const KUBERNETES_CACHE = join(import.meta.dirname, '../../.cache/kubernetes');

/** Where overlays with a component upon them are written for a moment; apart from the cache, which several checkouts may share. */
export const OVERLAYS_WORK = join(import.meta.dirname, '../../.cache/overlays');

/**
 * What a check needs, or undefined where it cannot be had, which is said aloud: its tests are then skipped. With
 * PARLEY_STACK=required that is a failure, as for the tests on real engines.
 */
export async function needed<T>(obtain: () => Promise<T>): Promise<T | undefined> {
  try {
    return await obtain().catch(obtain); // once more: a registry may be out of breath
  } catch (error) {
    const { message } = error as Error;
    if (process.env.PARLEY_STACK === 'required') throw new Error(`PARLEY_STACK=required, but ${message}`, { cause: error });
    process.stderr.write(`kubernetes: !!! ITS TESTS ARE SKIPPED !!! ${message}\n`);
    return undefined;
  }
}
