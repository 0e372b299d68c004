import { Occupancy } from './occupancy.js';

/** Of one process. */
export class MemoryOccupancy extends Occupancy {
  readonly #counts = new Map<string, number>();

  override async enter(key: string, limit: number): Promise<boolean> {
    const count = this.#counts.get(key) ?? 0;
    if (count >= limit) return false;
    this.#counts.set(key, count + 1);
    return true;
  }

  override leave(key: string): void {
    const count = (this.#counts.get(key) ?? 0) - 1;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }
}
