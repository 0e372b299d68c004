import { TOPICS } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { murmur2, partitionOf } from './partition-of.js';

describe('murmur2', () => {
  // From Kafka's own UtilsTest.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Kafka does', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash);
  });
});

describe('partitionOf', () => {
  it('stays within the topic and is the same for the same key', () => {
    for (let i = 0; i < 1000; i++) {
      const partition = partitionOf('chat.messages', `key-${i}`);
      expect(partition).toBeGreaterThanOrEqual(0);
      expect(partition).toBeLessThan(TOPICS['chat.messages'].partitions);
      expect(partitionOf('chat.messages', `key-${i}`)).toBe(partition);
    }
  });

  it('uses all partitions about equally', () => {
    const counts = new Array<number>(TOPICS['chat.messages'].partitions).fill(0);
    for (let i = 0; i < 4000; i++) counts[partitionOf('chat.messages', crypto.randomUUID())]! += 1;
    for (const count of counts) expect(count).toBeGreaterThan(800);
  });
});
