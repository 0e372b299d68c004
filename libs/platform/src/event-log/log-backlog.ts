import type { TopicName } from '@parley/contracts';
import type { RawRecord } from './batch-runner.js';

export type BacklogRecord = Pick<RawRecord, 'topic' | 'type' | 'payload'>;

/** An offset for each partition, by `topic/partition`. */
export type LogPositions = ReadonlyMap<string, bigint>;

export const positionKey = (topic: TopicName, partition: number): string => `${topic}/${partition}`;

/**
 * What stands in the log and was not handled by every consumer yet. A backup of the databases needs it beside them: positions first,
 * then the databases as they are at one moment, then the records from those positions on. Consumers are idempotent, so what
 * is in both does no harm.
 */
export abstract class LogBacklog implements AsyncDisposable {
  /**
   * How far all groups that have ever noted a position in a topic have come there. A group that has not, has not been seen: it is
   * not waited for.
   */
  abstract handled(): Promise<LogPositions>;
  /** Where the log ends now. */
  abstract ends(): Promise<LogPositions>;
  /** Gives `take` the records with `from <= offset < to` that are still kept, in order within a partition. */
  abstract read(from: LogPositions, to: LogPositions, take: (record: BacklogRecord) => Promise<void>): Promise<void>;
  abstract [Symbol.asyncDispose](): Promise<void>;
}

/** The least of each group's position; a group counts for a topic as a whole as soon as it has one in any of its partitions. */
export function leastOf(partitions: Iterable<string>, groups: Iterable<LogPositions>): Map<string, bigint> {
  const all = [...groups];
  return new Map(
    [...partitions].map((partition) => {
      const topic = partition.slice(0, partition.lastIndexOf('/') + 1);
      const concerned = all.filter((positions) => [...positions.keys()].some((key) => key.startsWith(topic)));
      const offsets = concerned.map((positions) => positions.get(partition) ?? 0n);
      return [partition, offsets.reduce((least, offset) => (offset < least ? offset : least), offsets[0] ?? 0n)];
    }),
  );
}
