/** Runs at most one task per name at a time; the others wait in order. */
export interface Exclusive {
  run<T>(name: string, task: () => Promise<T>): Promise<T>;
}

/** Within this process, or this tab, only. */
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
