import { Logger } from '@nestjs/common';
import { ParleyError, type TopicName } from '@parley/contracts';
import type { Admin, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { pause } from '../back-off.js';
import { RunAbandoned, type BatchRunner } from '../batch-runner.js';
import type { Subscription } from '../event-log.js';
import { ageOf, type GroupLag } from '../event-log-metrics.js';
import { BatchMerger } from './batch-merger.js';
import { isLostAssignment } from './kafka-fault.js';
import { recordOf } from './kafka-record.js';
import { SupervisedConsumer, type SupervisedConsumerOptions } from './supervised-consumer.js';

export interface KafkaGroupMemberOptions extends Pick<
  SupervisedConsumerOptions,
  'client' | 'group' | 'concurrency' | 'timing' | 'isReachable' | 'onFatal'
> {
  /** For people. */
  readonly name: string;
  /** As `ConsumeOptions` call it. */
  readonly groupName: string;
  readonly topic: TopicName;
  /** As Kafka calls it. */
  readonly topicName: string;
  readonly runner: Pick<BatchRunner<never>, 'run'>;
  readonly maxBatch: number;
  /** As in `ConsumeOptions`. */
  readonly gatherMs: number;
  readonly admin: () => Promise<Admin>;
  /** As in `ConsumeOptions`. */
  readonly beforeCommit?: (() => Promise<void>) | undefined;
  readonly onClosed: (member: KafkaGroupMember) => void;
}

/** One call of `consume`: a member of a Kafka consumer group. Offsets are committed only behind what its handler has done. */
export class KafkaGroupMember implements Subscription {
  readonly #logger = new Logger(KafkaGroupMember.name);
  readonly #consumer: SupervisedConsumer;
  readonly #merger: BatchMerger;
  readonly #closing = new AbortController();
  /** Offset that comes next, of every partition that was handled here. */
  readonly #handled = new Map<number, bigint>();
  /** Records that the broker has behind what was handled, as the last fetch said. */
  readonly #ends = new Map<number, bigint>();
  /** When the oldest record that was fetched and not handled yet, or else the newest that was handled, was appended (ms since 1970). */
  readonly #since = new Map<number, number>();
  readonly #uncommitted = new Map<number, bigint>();
  #batch = new AbortController();
  /** Of the round in hand: when it began and how many records were fetched for it. */
  #round = { at: 0, records: 0 };
  /** Calls of `caughtUp` that wait, and what they end. */
  #hurried = 0;
  #resting = new AbortController();
  #lost: Error | undefined;
  #commitTimer: NodeJS.Timeout | undefined;
  #pulse: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;

  constructor(private readonly options: KafkaGroupMemberOptions) {
    this.#merger = new BatchMerger(options.maxBatch, (records) => options.runner.run(records, this.#batch.signal));
    this.#consumer = new SupervisedConsumer({
      ...options,
      topics: [options.topicName],
      fromBeginning: true,
      eachBatch: (payload) => this.#take(payload),
      onJoined: (_, share) => this.#join(share[options.topicName] ?? []),
      onRebalancing: () => void this.#commit(),
      isBusy: () => this.#merger.isBusy,
    });
  }

  /** Resolves when it has its first share of the group. */
  start(): Promise<void> {
    return this.#consumer.start();
  }

  get name(): string {
    return this.options.name;
  }

  get lag(): number {
    return [...this.#ends].reduce((sum, [partition, end]) => sum + Number(end - (this.#handled.get(partition) ?? end)), 0);
  }

  get groupLag(): GroupLag {
    const { groupName: group, topic } = this.options;
    const behind = [...this.#ends].filter(([partition, end]) => (this.#handled.get(partition) ?? end) < end);
    return { group, topic, records: this.lag, seconds: ageOf(behind.flatMap(([partition]) => this.#since.get(partition) ?? [])) };
  }

  async caughtUp(): Promise<void> {
    if (this.#hurried++ === 0) this.#resting.abort();
    try {
      await this.#reachEnd();
    } finally {
      if (--this.#hurried === 0) this.#resting = new AbortController();
    }
  }

  async #reachEnd(): Promise<void> {
    const { topicName, admin } = this.options;
    const ends = await (await admin()).fetchTopicOffsets(topicName);
    // Nothing is left to handle of a partition that is empty by now.
    let missing = ends.filter(({ low, high }) => low !== high);
    for (let round = 0; ; round++) {
      if (this.#closing.signal.aborted) throw new ParleyError('UNAVAILABLE');
      missing = missing.filter(({ partition, high }) => (this.#handled.get(partition) ?? 0n) < BigInt(high));
      if (missing.length > 0 && round % 10 === 0) {
        const committed = await this.#committed();
        missing = missing.filter(({ partition, high }) => (committed.get(partition) ?? 0n) < BigInt(high));
      }
      if (missing.length === 0) return;
      await pause(20, this.#closing.signal);
    }
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    this.#batch.abort();
    await this.#merger.idle();
    await this.#commit();
    await this.#consumer.close();
    this.options.onClosed(this);
  }

  async #committed(): Promise<Map<number, bigint>> {
    const { admin, group, topicName } = this.options;
    const [answer] = await (await admin()).fetchOffsets({ groupId: group, topics: [topicName] });
    return new Map(answer?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
  }

  #join(partitions: readonly number[]): void {
    this.#lost = undefined;
    if (!this.#closing.signal.aborted) this.#batch = new AbortController();
    this.#ends.clear();
    // What is another member's now, it may have handled further: our word of it is old.
    for (const partition of this.#uncommitted.keys()) if (!partitions.includes(partition)) this.#uncommitted.delete(partition);
  }

  async #take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    if (this.#closing.signal.aborted || this.#lost || !payload.isRunning() || payload.isStale()) return;
    const { partition } = batch;
    this.#ends.set(partition, BigInt(batch.highWatermark));
    this.#noteFetched(partition, batch.messages);
    if (!this.#merger.isBusy) this.#round = { at: performance.now(), records: 0 };
    this.#round.records += batch.messages.length;
    this.#pulse ??= setInterval(() => void this.#beat(payload), this.options.timing.heartbeatMs);
    try {
      await this.#merger.take({
        records: batch.messages.map((message) => recordOf(this.options.topic, partition, message)),
        onDone: (next) => {
          payload.resolveOffset(String(next - 1n));
          this.#note(partition, next);
          this.#noteFetched(
            partition,
            batch.messages.filter(({ offset }) => BigInt(offset) >= next),
          );
        },
      });
      await this.#rest();
    } catch (error) {
      if (!(error instanceof RunAbandoned)) throw error;
    } finally {
      clearInterval(this.#pulse);
      this.#pulse = undefined;
    }
    await this.#giveWay();
  }

  /** Meanwhile the broker gathers what the next fetch will bring. */
  async #rest(): Promise<void> {
    const { gatherMs, maxBatch } = this.options;
    const { at, records } = this.#round;
    const restMs = at + gatherMs - performance.now();
    if (records < maxBatch && restMs > 0) await pause(restMs, AbortSignal.any([this.#batch.signal, this.#resting.signal]));
  }

  /** What stands before these records the group has handled, here or elsewhere. */
  #noteFetched(partition: number, [oldest]: readonly KafkaMessage[]): void {
    if (!oldest) return;
    const first = BigInt(oldest.offset);
    if ((this.#handled.get(partition) ?? -1n) < first) this.#handled.set(partition, first);
    this.#since.set(partition, Number(oldest.timestamp));
  }

  /** Rejects when the share is lost, what was done of it being committed: kafkajs then asks for a new one. */
  async #giveWay(): Promise<void> {
    const lost = this.#lost;
    if (!lost) return;
    await this.#commit();
    throw lost;
  }

  /** While a handler is long about it, the group must know that this member lives, and it that the group wants its share. */
  async #beat(payload: EachBatchPayload): Promise<void> {
    try {
      await payload.heartbeat();
    } catch (error) {
      if (!isLostAssignment(error)) return; // the connection; the next fetch deals with it
      this.#lost = error;
      this.#batch.abort();
    }
  }

  #note(partition: number, next: bigint): void {
    this.#handled.set(partition, next);
    this.#uncommitted.set(partition, next);
    this.#commitTimer ??= setTimeout(() => void this.#commit(), this.options.timing.commitMs);
  }

  async #commit(): Promise<void> {
    clearTimeout(this.#commitTimer);
    this.#commitTimer = undefined;
    if (this.#uncommitted.size === 0) return;
    const { topicName: topic } = this.options;
    const offsets = [...this.#uncommitted].map(([partition, next]) => ({ topic, partition, offset: String(next) }));
    this.#uncommitted.clear();
    try {
      await this.options.beforeCommit?.();
      await this.#consumer.consumer.commitOffsets(offsets);
    } catch (error) {
      // Not lost: the next commit goes further, and until then the worst is that some records come once more.
      this.#logger.warn(`${this.options.group} could not commit its offsets: ${(error as Error).message}`);
      this.#keepUncommitted(offsets);
    }
  }

  #keepUncommitted(offsets: readonly { partition: number; offset: string }[]): void {
    if (this.#closing.signal.aborted) return;
    for (const { partition, offset } of offsets) if (!this.#uncommitted.has(partition)) this.#uncommitted.set(partition, BigInt(offset));
    this.#commitTimer ??= setTimeout(() => void this.#commit(), this.options.timing.commitMs);
  }
}
