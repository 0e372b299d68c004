import { describe, expect, it } from 'vitest';
import { leastOf, type LogPositions } from './log-backlog.js';

const PARTITIONS = ['chat.stored/0', 'chat.stored/1', 'chat.users/0'];
const least = (...groups: Record<string, bigint>[]) =>
  Object.fromEntries(
    leastOf(
      PARTITIONS,
      groups.map((group): LogPositions => new Map(Object.entries(group))),
    ),
  );

describe('leastOf', () => {
  it('is where the slowest group stands, partition by partition', () => {
    const [one, other] = [
      { 'chat.stored/0': 7n, 'chat.stored/1': 2n },
      { 'chat.stored/0': 3n, 'chat.stored/1': 9n, 'chat.users/0': 4n },
    ];
    expect(least(one, other)).toEqual({ 'chat.stored/0': 3n, 'chat.stored/1': 2n, 'chat.users/0': 4n });
  });

  it('is the beginning where a group of the topic has noted nothing, or no group is', () => {
    expect(least({ 'chat.stored/0': 7n })).toEqual({ 'chat.stored/0': 7n, 'chat.stored/1': 0n, 'chat.users/0': 0n });
  });
});
