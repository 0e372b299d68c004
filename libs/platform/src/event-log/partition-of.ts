import { TOPICS, type TopicName } from '@parley/contracts';

/**
 * Where facts with this key stand in their topic. The same function as Kafka's default partitioner, so that both
 * modes, and tools beside us, agree. Never to be changed: the partition is what keeps the order of a key.
 */
export function partitionOf(topic: TopicName, key: string, partitions: number = TOPICS[topic].partitions): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
}

/** MurmurHash2, 32 bits, with Kafka's seed; signed like Java's `int`. */
export function murmur2(bytes: Uint8Array): number {
  const m = 0x5bd1e995;
  const length = bytes.length;
  const tail = length & ~3;
  let hash = 0x9747b28c ^ length;
  for (let i = 0; i < tail; i += 4) {
    let k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    k = Math.imul(k, m);
    k = Math.imul(k ^ (k >>> 24), m);
    hash = Math.imul(hash, m) ^ k;
  }
  const rest = length & 3;
  if (rest === 3) hash ^= bytes[tail + 2]! << 16;
  if (rest >= 2) hash ^= bytes[tail + 1]! << 8;
  if (rest >= 1) hash = Math.imul(hash ^ bytes[tail]!, m);
  hash = Math.imul(hash ^ (hash >>> 13), m);
  return (hash ^ (hash >>> 15)) | 0;
}
