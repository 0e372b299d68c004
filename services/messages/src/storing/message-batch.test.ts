import { describe, expect, it } from 'vitest';
import { groupByRoom } from './message-batch.js';

const posted = (roomId: string, senderId: string, clientMsgId: string, text = '') => ({
  messageId: `${roomId}-${senderId}-${clientMsgId}`,
  roomId,
  senderId,
  clientMsgId,
  text,
  replyTo: null,
  attachments: [],
  acceptedAt: '2026-01-01T00:00:00.000Z',
  mayMentionEveryone: false,
  mentions: null,
});

describe('groupByRoom', () => {
  it('sorts the rooms and keeps the order of the log within each', () => {
    const groups = groupByRoom([posted('b', 'x', '1'), posted('a', 'x', '2'), posted('b', 'y', '3'), posted('b', 'x', '4')]);
    expect(groups.map(({ roomId, posted: messages }) => [roomId, messages.map((message) => message.clientMsgId)])).toEqual([
      ['a', ['2']],
      ['b', ['1', '3', '4']],
    ]);
  });

  it('keeps the first body of a retry', () => {
    const [group] = groupByRoom([posted('a', 'x', '1', 'first'), posted('a', 'x', '1', 'second'), posted('a', 'y', '1', 'another person')]);
    expect(group?.posted.map((message) => message.text)).toEqual(['first', 'another person']);
  });
});
