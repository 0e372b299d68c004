import { TOPICS, TOPIC_NAMES, type TopicName } from '@parley/contracts';

/** How far each partition is known to reach: offset behind its last committed record. Wakes those who wait for more. */
export class LogHeads {
  readonly #ends = new Map(TOPIC_NAMES.map((topic) => [topic, new Array<number>(TOPICS[topic].partitions).fill(0)]));
  readonly #listeners = new Map<TopicName, Set<() => void>>();

  end(topic: TopicName, partition: number): number {
    return this.#ends.get(topic)?.[partition] ?? 0;
  }

  /** Never goes back. Anything that is not a partition of ours is passed over. */
  advance(topic: TopicName, partition: number, end: number): void {
    const ends = this.#ends.get(topic);
    const known = ends?.[partition];
    if (!ends || known === undefined || !(end > known)) return;
    ends[partition] = end;
    this.#listeners.get(topic)?.forEach((wake) => wake());
  }

  onAdvance(topic: TopicName, wake: () => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(wake));
    return () => void listeners.delete(wake);
  }
}
