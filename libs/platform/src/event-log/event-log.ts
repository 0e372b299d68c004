import type { EventDefinition, TopicName } from '@parley/contracts';

/** One fact as a consumer gets it: decoded and checked against its schema. */
export interface LogRecord<P = unknown> {
  readonly type: string;
  readonly payload: P;
  readonly topic: TopicName;
  readonly partition: number;
  /** Grows within a partition; says nothing across partitions. */
  readonly offset: bigint;
}

/** All that reading needs of an event's definition; wider than that, so that one consumer may read several events. */
export type ReadableEvent<P> = Pick<EventDefinition<P>, 'type' | 'schema'>;

export interface Subscription {
  /**
   * Resolves once everything that stood in the log at the time of the call was handled, by whichever member of the
   * group. Rejects with UNAVAILABLE when the subscription is closed before. For tests and drains.
   */
  caughtUp(): Promise<void>;
  /** Stops fetching, waits for the batch in hand (but not for its repetitions), commits its offsets. */
  close(): Promise<void>;
}

export interface ConsumeOptions<P> {
  readonly topic: TopicName;
  /** Members of one group share the partitions; each group gets every record, a new one from the oldest kept on. */
  readonly group: string;
  /** Records of other known types in the topic are passed over; unknown types are set aside as undecodable. */
  readonly events: readonly ReadableEvent<P>[];
  /** Records in one call; default 500. */
  readonly maxBatch?: number;
  /**
   * Time between the beginnings of two calls (ms) while less than a whole batch comes in it: fewer and larger ones, for a handler that may
   * be so late. What comes after a quiet period is handled at once, and who asks for `caughtUp` does not wait. Default 0.
   */
  readonly gatherMs?: number;
  /**
   * Handles a batch of one or several partitions, in order within each. Runs at least once per record, so it must
   * be idempotent. One call at a time per member. Throwing repeats the batch: for ever while the fault is
   * transient (see `isTransientFault`), else it is halved until the bad record is found and set aside.
   */
  readonly handle: (records: readonly LogRecord<P>[]) => Promise<void>;
  /**
   * Called before offsets move past what was handled; they move only when it has resolved, and it is called again if it
   * rejects. For a handler that gathers effects over several batches and must not lose them in a crash.
   */
  readonly beforeCommit?: () => Promise<void>;
}

export interface TailOptions<P> {
  readonly topic: TopicName;
  readonly events: readonly ReadableEvent<P>[];
  /** Called once per record, in order within a partition. A throw is logged and the next record follows. */
  readonly handle: (record: LogRecord<P>) => void | Promise<void>;
}

/**
 * Ordered, durable log of facts. What a caller may rely on, on every adapter:
 *
 * - `append` resolves only when the fact is durable. If it rejects, the fact may be in the log or not.
 * - Facts with the same key keep the order in which their `append` calls were made by one process.
 * - Handlers never run inside `append`.
 * - A consumer group gets every record at least once, one partition serially; offsets move only after `handle`.
 * - A record that cannot be decoded, or that makes its handler fail for good, goes to `<topic>.dead` and blocks nobody.
 */
export abstract class EventLog {
  /**
   * Rejects with UNCONFIRMED after 4 s or when the connection was lost meanwhile: the fact may be in the log or not,
   * repeat it with the same ids. Rejects with BUSY when too many wait, with UNAVAILABLE once the log is closed (in
   * both cases nothing was written), and with the schema's error when the payload does not fit it.
   */
  abstract append<P>(event: EventDefinition<P>, payload: P): Promise<void>;
  /** Several facts, in order; all or an error, after which any of the first ones may be in the log. */
  abstract appendAll<P>(event: EventDefinition<P>, payloads: readonly P[]): Promise<void>;
  abstract consume<P>(options: ConsumeOptions<P>): Promise<Subscription>;
  /**
   * Every record from now on, in every process that asks: for caches and live notices. Nothing is stored about it;
   * what was appended before `tail` resolved may be missed, so read the state after it.
   */
  abstract tail<P>(options: TailOptions<P>): Promise<Subscription>;
}
