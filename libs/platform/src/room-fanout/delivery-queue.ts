import type { MessagesBatch } from '@parley/contracts';
import type { Delivery } from './room-fanout.js';

/**
 * Events wait here for the end of the present turn of the event loop; messages of one room that wait together leave in
 * one frame.
 */
export class DeliveryQueue {
  #waiting: Delivery[] = [];
  /** Index in `#waiting` of the last event of each channel. */
  readonly #lastOf = new Map<string, number>();

  readonly #frames = new Map<string, number>();
  readonly counters = { frames: this.#frames as ReadonlyMap<string, number>, messages: 0, written: 0 };

  constructor(private readonly deliver: (deliveries: readonly Delivery[]) => void) {}

  add(delivery: Delivery): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    const last = this.#lastOf.get(delivery.channel);
    const merged = last === undefined ? undefined : merge(this.#waiting[last]!, delivery);
    if (merged) this.#waiting[last!] = merged;
    else this.#lastOf.set(delivery.channel, this.#waiting.push(delivery) - 1);
  }

  #flush(): void {
    const deliveries = this.#waiting;
    this.#waiting = [];
    this.#lastOf.clear();
    for (const delivery of deliveries) this.#count(delivery);
    this.deliver(deliveries);
  }

  #count({ event, payload }: Delivery): void {
    this.#frames.set(event, (this.#frames.get(event) ?? 0) + 1);
    if (event === 'messages') this.counters.messages += (payload as MessagesBatch).messages.length;
  }
}

/** Two `messages` of one room that follow each other without a hole, as one; undefined when they must stay apart. */
function merge(earlier: Delivery, later: Delivery): Delivery | undefined {
  if (earlier.event !== 'messages' || later.event !== 'messages') return undefined;
  const first = earlier.payload as MessagesBatch;
  const second = later.payload as MessagesBatch;
  const isContiguous = first.messages.at(-1)!.seq + 1 === second.messages[0]!.seq;
  if (first.roomId !== second.roomId || first.epoch !== second.epoch || !isContiguous) return undefined;
  return {
    ...earlier,
    traceparent: earlier.traceparent ?? later.traceparent,
    payload: { ...first, messages: [...first.messages, ...second.messages] },
  };
}
