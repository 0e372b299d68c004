import { useEffect, useState, type ComponentType } from 'react';
import { PartFailure } from './PartFailure.js';

interface Part {
  load(): Promise<unknown>;
}

interface OnDemandOptions {
  /** Fetch it once the browser has nothing else to do. Off for what is large and seldom wanted. */
  readonly isPrefetched?: boolean;
}

const prefetched: Part[] = [];

/**
 * A part of the client that the first screen does not need: it comes in a file of its own when it is first drawn, or
 * before that when the browser is idle. `const Members = onDemand(async () => (await import('./MembersDialog.js')).MembersDialog)`
 */
export function onDemand<P extends object>(
  load: () => Promise<ComponentType<P>>,
  { isPrefetched = true }: OnDemandOptions = {},
): ComponentType<P> {
  let Loaded: ComponentType<P> | undefined;
  const part = {
    load: async () => {
      Loaded ??= await load();
    },
  };
  if (isPrefetched) prefetched.push(part);

  return function OnDemand(props: P) {
    const [state, setState] = useState<'loading' | 'ready' | 'failed'>(Loaded ? 'ready' : 'loading');
    useEffect(() => {
      if (Loaded) return undefined;
      let isCurrent = true;
      part.load().then(
        () => isCurrent && setState('ready'),
        (error: unknown) => {
          console.warn('a part of the client could not be loaded', error);
          if (isCurrent) setState('failed');
        },
      );
      return () => {
        isCurrent = false;
      };
    }, []);
    if (state === 'failed') return <PartFailure onClose={(props as { onClose?: () => void }).onClose} />;
    return Loaded ? <Loaded {...props} /> : null;
  };
}

/** One after the other, so that nothing that somebody waits for comes later because of it; not at all for those who save data. */
export async function prefetchParts(): Promise<void> {
  if ((navigator as { connection?: { saveData?: boolean } }).connection?.saveData) return;
  for (const part of prefetched) {
    await idle();
    // What fails here is reported when it is needed.
    await part.load().catch(() => undefined);
  }
}

const idle = () =>
  new Promise<void>((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 5_000 });
    else setTimeout(resolve, 200);
  });
