const SLOT_MS = 1000;

/**
 * Finds what has expired without a timer per entry: entries lie in slots of one second. Whoever lives longer by the
 * time his slot comes (his token was renewed) is put into a later one. Times are milliseconds since 1970.
 */
export class ExpiryQueue<T> {
  private readonly slots = new Map<number, Set<T>>();
  private readonly slotOf = new Map<T, number>();

  constructor(private readonly expiresAt: (entry: T) => number) {}

  get size(): number {
    return this.slotOf.size;
  }

  add(entry: T): void {
    const slot = Math.ceil(this.expiresAt(entry) / SLOT_MS);
    this.slotOf.set(entry, slot);
    const entries = this.slots.get(slot);
    if (entries) entries.add(entry);
    else this.slots.set(slot, new Set([entry]));
  }

  delete(entry: T): void {
    const slot = this.slotOf.get(entry);
    if (slot === undefined) return;
    this.slotOf.delete(entry);
    const entries = this.slots.get(slot);
    entries?.delete(entry);
    if (entries?.size === 0) this.slots.delete(slot);
  }

  /** Removes and answers what has expired by now, at most a second late. */
  takeExpired(now: number): T[] {
    const expired: T[] = [];
    for (const slot of [...this.slots.keys()].filter((at) => at * SLOT_MS <= now)) {
      for (const entry of [...(this.slots.get(slot) ?? [])]) {
        this.delete(entry);
        if (this.expiresAt(entry) <= now) expired.push(entry);
        else this.add(entry);
      }
    }
    return expired;
  }
}
