import { Logger } from '@nestjs/common';
import { ParleyError } from '@parley/contracts';
import { backOffMs, pause } from '../back-off.js';
import { type BatchRunner, type RawRecord, RunAbandoned } from '../batch-runner.js';
import type { Subscription } from '../event-log.js';
import { WakeUp } from '../wake-up.js';
import type { ConsumerGroup, HeldPartition, Member } from './consumer-group.js';
import type { LogHeads } from './log-heads.js';
import type { LogReader, ReadResult } from './log-reader.js';

export interface GroupMemberOptions {
  readonly group: ConsumerGroup;
  readonly reader: LogReader;
  readonly heads: LogHeads;
  readonly runner: Pick<BatchRunner<never>, 'run'>;
  readonly maxBatch: number;
  /** As in `ConsumeOptions`. */
  readonly gatherMs: number;
  /** After the last batch: gives the member's part of the group back. */
  readonly onClosed: (member: GroupMember) => Promise<void>;
}

/** One call of `consume`: takes batch after batch of its share of the partitions through its handler. */
export class GroupMember implements Subscription, Member {
  readonly #logger = new Logger(GroupMember.name);
  readonly #wakeUp = new WakeUp();
  readonly #closing = new AbortController();
  #batch = new AbortController();
  #turn = 0;
  /** Until then records are gathered. */
  #gatherUntil = 0;
  #gathering: NodeJS.Timeout | undefined;
  /** Calls of `caughtUp` that wait. */
  #hurried = 0;
  #running: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(private readonly options: GroupMemberOptions) {}

  start(): void {
    this.#running ??= this.#run();
  }

  wake(): void {
    this.#wakeUp.notify();
  }

  /** Ends the repetitions of the batch in hand; the call of the handler that is under way goes on. */
  abandonBatch(): void {
    this.#batch.abort();
  }

  async caughtUp(): Promise<void> {
    const { group, reader } = this.options;
    this.#hurried += 1;
    this.wake();
    try {
      await group.reached(await reader.ends(group.topic), this.#closing.signal);
    } catch (error) {
      throw this.#closing.signal.aborted ? new ParleyError('UNAVAILABLE', { cause: error }) : error;
    } finally {
      this.#hurried -= 1;
    }
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    this.#batch.abort();
    clearTimeout(this.#gathering);
    this.wake();
    await this.#running;
    await this.options.onClosed(this);
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#closing.signal.aborted) {
      try {
        if (!(await this.#takeBatch())) await this.#wakeUp.wait();
        failures = 0;
      } catch (error) {
        if (error instanceof RunAbandoned) continue;
        this.#logger.warn(`${this.options.group.name} cannot read ${this.options.group.topic}: ${(error as Error).message}`);
        await pause(backOffMs(failures++), this.#closing.signal);
      }
    }
  }

  /** False when there is nothing to do. */
  async #takeBatch(): Promise<boolean> {
    const { group, heads, reader, runner, maxBatch, gatherMs } = this.options;
    const behind = group.partitionsOf(this).filter((held) => held.position < heads.end(group.topic, held.partition));
    if (behind.length === 0 || this.#isGathering(behind)) return false;
    this.#gatherUntil = performance.now() + gatherMs;
    const held = this.#fairPart(behind, maxBatch);
    for (const partition of held) {
      partition.inHand = this;
      partition.since ??= Date.now();
    }
    this.#batch = new AbortController();
    try {
      const results = await reader.read(group.topic, held, Math.max(1, Math.floor(maxBatch / held.length)));
      if (this.#closing.signal.aborted) return true;
      held.forEach((partition, index) => (partition.since = results[index]!.records[0]?.appendedAt));
      await runner.run(recordsOf(results), this.#batch.signal);
      held.forEach((partition, index) => {
        partition.since = undefined;
        group.handled(partition, results[index]!.next);
      });
    } finally {
      for (const partition of held) partition.inHand = undefined;
      group.settle();
    }
    return true;
  }

  /** There is time for more to come; it will be woken in any case. */
  #isGathering(behind: readonly HeldPartition[]): boolean {
    const { group, heads, maxBatch } = this.options;
    const restMs = this.#gatherUntil - performance.now();
    if (restMs <= 0 || this.#hurried > 0) return false;
    const waiting = behind.reduce((sum, { partition, position }) => sum + heads.end(group.topic, partition) - position, 0);
    if (waiting >= maxBatch) return false;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.wake();
    }, restMs);
    return true;
  }

  /** When there are more partitions than records in a batch, each comes in its turn. */
  #fairPart(behind: HeldPartition[], maxBatch: number): HeldPartition[] {
    if (behind.length <= maxBatch) return behind;
    const from = this.#turn++ % behind.length;
    return [...behind.slice(from), ...behind.slice(0, from)].slice(0, maxBatch);
  }
}

const recordsOf = (results: readonly ReadResult[]): readonly RawRecord[] =>
  results.length === 1 ? results[0]!.records : results.flatMap((result) => result.records);
