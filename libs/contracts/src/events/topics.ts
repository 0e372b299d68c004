/**
 * The topics of the event log and how many partitions each has in a small installation. The number is chosen when
 * an installation is made and then fixed for ever: the key's partition is what keeps a room's messages in order.
 */
export const TOPICS = {
  /** Accepted commands on messages; key = room id. */
  'chat.messages': { partitions: 4 },
  /** What was stored of them; key = room id. */
  'chat.stored': { partitions: 4 },
  /** Accounts, profiles and sessions; key = user id. */
  'chat.users': { partitions: 1 },
  /** Rooms and memberships; key = room id. */
  'chat.rooms': { partitions: 1 },
} as const satisfies Record<string, { partitions: number }>;

export type TopicName = keyof typeof TOPICS;
export const TOPIC_NAMES = Object.keys(TOPICS) as TopicName[];
