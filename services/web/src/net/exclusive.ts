import { LocalExclusive, type Exclusive } from '@parley/client';

/** Across all tabs of this origin. */
class WebLocksExclusive implements Exclusive {
  constructor(private readonly locks: LockManager) {}

  run<T>(name: string, task: () => Promise<T>): Promise<T> {
    return this.locks.request(name, task) as Promise<T>;
  }
}

/**
 * Browsers offer Web Locks on https and localhost only. Elsewhere tabs do not see each other; the server's own
 * rules (one row per `clientMsgId`, grace for a refresh that came twice) then keep the result right.
 */
export function exclusiveForBrowser(): Exclusive {
  return 'locks' in navigator ? new WebLocksExclusive(navigator.locks) : new LocalExclusive();
}
