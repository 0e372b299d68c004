import type { TopicName } from '@parley/contracts';

/** A record that nobody could handle, as it waits for an operator. */
export interface WaitingLetter {
  /** By which it is named when it is replayed: `chat.messages/12`. */
  readonly id: string;
  /** Where it came from. */
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: bigint;
  /** The consumers that could not handle it. */
  readonly group: string;
  readonly type: string;
  readonly error: string;
  readonly setAsideAt: Date;
  /** As it stands in the log: what people wrote, unless it is damaged. Not for logs. */
  readonly payload: string;
}

/** What consumers have set aside, for operators. */
export abstract class DeadLetters implements AsyncDisposable {
  /** Those that were not replayed, the oldest first. */
  abstract list(): Promise<WaitingLetter[]>;
  /**
   * Appends the record to the topic and partition that it came from, unchanged, behind everything that stands there. All groups get
   * it again, those that had handled it too; whoever still cannot handle it sets it aside anew. Rejects when there is no such letter.
   */
  abstract replay(letter: WaitingLetter): Promise<void>;
  abstract [Symbol.asyncDispose](): Promise<void>;
}
