import type { TopicName } from '@parley/contracts';
import { pause } from '../back-off.js';
import { ageOf, type GroupLag } from '../event-log-metrics.js';
import type { LogHeads } from './log-heads.js';
import type { OffsetStore } from './offset-store.js';

/** What a group needs of those who read for it. */
export interface Member {
  wake(): void;
  /** Ends the repetitions of the batch in hand. */
  abandonBatch(): void;
}

/** A partition that this process may read for the group, because it holds the lock on it. */
export interface HeldPartition {
  readonly partition: number;
  /** Offset of the next record to handle. */
  position: number;
  /** The member whose batch has records of it. */
  inHand: Member | undefined;
  /** When the oldest record of that batch was appended (ms since 1970). */
  since: number | undefined;
}

/** The part of a consumer group that runs in this process: its members and the partitions it holds. */
export class ConsumerGroup {
  readonly #held = new Map<number, HeldPartition>();
  /** How far this process has handled each partition, also those that it has given away since. */
  readonly #handled = new Map<number, number>();
  readonly #members: Member[] = [];
  #settled: (() => void)[] = [];

  constructor(
    readonly name: string,
    readonly topic: TopicName,
    private readonly heads: LogHeads,
    private readonly offsets: OffsetStore,
  ) {}

  get hasMembers(): boolean {
    return this.#members.length > 0;
  }

  get heldPartitions(): number[] {
    return [...this.#held.keys()];
  }

  isHolding(partition: number): boolean {
    return this.#held.has(partition);
  }

  /** Records that are known to stand in the held partitions and were not handled yet. */
  get lag(): number {
    return [...this.#held.values()].reduce((sum, held) => sum + Math.max(0, this.heads.end(this.topic, held.partition) - held.position), 0);
  }

  get groupLag(): GroupLag {
    const seconds = ageOf([...this.#held.values()].flatMap(({ since }) => since ?? []));
    return { group: this.name, topic: this.topic, records: this.lag, seconds };
  }

  join(member: Member): void {
    this.#members.push(member);
    this.wake();
  }

  leave(member: Member): void {
    this.#members.splice(this.#members.indexOf(member), 1);
    this.wake();
  }

  /** The partitions that are this member's share and that no other member still has a batch of. */
  partitionsOf(member: Member): HeldPartition[] {
    const share = this.#members.indexOf(member);
    return [...this.#held.values()].filter(
      (held) => held.partition % this.#members.length === share && (held.inHand === undefined || held.inHand === member),
    );
  }

  /** From now on this process reads the partition, from where the group, or this process before, has come to. */
  hold(partition: number, committed: number): void {
    const position = Math.max(committed, this.#handled.get(partition) ?? 0);
    this.#handled.set(partition, position);
    this.#held.set(partition, { partition, position, inHand: undefined, since: undefined });
    this.wake();
  }

  /** Stops reading the partitions; resolves when no member has records of them in hand any more. */
  async letGo(partitions: readonly number[]): Promise<void> {
    const given = partitions.flatMap((partition) => this.#held.get(partition) ?? []);
    for (const held of given) {
      this.#held.delete(held.partition);
      held.inHand?.abandonBatch();
    }
    while (given.some((held) => held.inHand)) await new Promise<void>((resolve) => this.#settled.push(resolve));
  }

  /** A member has done the records of this partition up to `next`. */
  handled(held: HeldPartition, next: number): void {
    held.position = next;
    this.#handled.set(held.partition, Math.max(next, this.#handled.get(held.partition) ?? 0));
    this.offsets.note(this.name, this.topic, held.partition, next);
  }

  /** A member has put its batch down. */
  settle(): void {
    for (const resolve of this.#settled.splice(0)) resolve();
    if (this.#members.length > 1) this.wake(); // a partition may have waited for that batch to become another member's
  }

  wake(): void {
    for (const member of this.#members) member.wake();
  }

  /** Resolves when the group, here or in other processes, has handled everything below the ends. */
  async reached(ends: readonly number[], signal: AbortSignal): Promise<void> {
    const missing = () => ends.flatMap((end, partition) => ((this.#handled.get(partition) ?? 0) < end ? [partition] : []));
    while (missing().length > 0) {
      signal.throwIfAborted();
      if (missing().some((partition) => !this.isHolding(partition))) {
        const committed = await this.offsets.find(this.name, this.topic);
        for (const [partition, next] of committed) this.#handled.set(partition, Math.max(next, this.#handled.get(partition) ?? 0));
      }
      if (missing().length > 0) await pause(20, signal);
    }
  }
}
