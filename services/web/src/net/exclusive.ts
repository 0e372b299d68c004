/** Runs at most one task per name at a time; the others wait in order. */
export interface Exclusive {
  run<T>(name: string, task: () => Promise<T>): Promise<T>;
}

/** Within this tab only. */
export class LocalExclusive implements Exclusive {
  private readonly tails = new Map<string, Promise<unknown>>();

  run<T>(name: string, task: () => Promise<T>): Promise<T> {
    const previous = this.tails.get(name) ?? Promise.resolve();
    const result = previous.then(task, task);
    const tail = result
      .catch(() => undefined)
      .then(() => {
        if (this.tails.get(name) === tail) this.tails.delete(name);
      });
    this.tails.set(name, tail);
    return result;
  }
}

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
