const DAY_MS = 24 * 60 * 60 * 1000;

/** What an installation must know of a topic before it makes it. */
export interface TopicPlan {
  /** Chosen when an installation is made and then fixed for ever: the key's partition is what keeps a room's messages in order. */
  readonly partitions: number;
  /** How long a record is kept at least. A consumer that stays away longer misses facts. */
  readonly retentionMs: number;
  /** Copies that a cluster should keep; one with fewer brokers keeps one per broker. */
  readonly replicas: number;
  /** Copies that must have a record before it is accepted; on fewer than three brokers 1. */
  readonly minInsyncReplicas: number;
  /** The largest batch, and so the largest record, that is taken. */
  readonly maxBatchBytes: number;
}

const durable = { retentionMs: 7 * DAY_MS, replicas: 3, minInsyncReplicas: 2, maxBatchBytes: 1024 * 1024 };

/** The topics of the event log, as a small installation has them. Every deployment reads them here. */
export const TOPICS = {
  /** Accepted commands on messages; key = room id. */
  'chat.messages': { partitions: 4, ...durable },
  /** What was stored of them; key = room id. */
  'chat.stored': { partitions: 4, ...durable },
  /** Accounts, profiles and sessions; key = user id. */
  'chat.users': { partitions: 1, ...durable },
  /** Rooms and memberships; key = room id. */
  'chat.rooms': { partitions: 1, ...durable },
} as const satisfies Record<string, TopicPlan>;

export type TopicName = keyof typeof TOPICS;
export const TOPIC_NAMES = Object.keys(TOPICS) as TopicName[];

/**
 * Beside every topic: records that nobody could handle, until an operator has looked at them. Larger, so that the largest
 * record still fits in with its story.
 */
export const DEAD_LETTERS: TopicPlan = { ...durable, partitions: 1, retentionMs: 90 * DAY_MS, maxBatchBytes: 2 * 1024 * 1024 };
export const deadLetterTopicOf = <T extends TopicName>(topic: T): `${T}.dead` => `${topic}.dead`;
