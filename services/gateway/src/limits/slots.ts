/**
 * Lets a fixed number of pieces of work run at a time; the others wait in order. Who waited begins in a later turn of
 * the event loop, when what became of the work before (an answer, say) is done as well.
 */
export class Slots {
  private free: number;
  private waiting: (() => void)[] | undefined;

  constructor(count: number) {
    this.free = count;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((turn) => (this.waiting ??= []).push(turn));
    try {
      return await work();
    } finally {
      const next = this.waiting?.shift();
      if (next) setImmediate(next);
      else this.free += 1;
    }
  }
}
