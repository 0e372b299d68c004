import { ParleyError, type MessagePosted } from '@parley/contracts';
import type { EventLog } from '@parley/platform';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomAccess, RoomFacts } from '../rooms/room-access.js';
import type { MessageHistory } from './message-history.js';
import { MessagePoster } from './message-poster.js';

const member: RoomFacts = {
  roomId: 'room',
  kind: 'room',
  visibility: 'public',
  isArchived: false,
  slowModeSeconds: 0,
  role: 'member',
  isBanned: false,
};

describe('MessagePoster', () => {
  const findFacts = vi.fn<RoomAccess['findFacts']>();
  const findMessage = vi.fn<MessageHistory['findMessage']>();
  const append = vi.fn<(event: unknown, payload: MessagePosted) => Promise<void>>();
  let poster: MessagePoster;
  beforeEach(() => {
    findFacts.mockReset().mockResolvedValue(member);
    findMessage.mockReset().mockResolvedValue(undefined);
    append.mockReset().mockResolvedValue(undefined);
    poster = new MessagePoster(
      { findFacts } as unknown as RoomAccess,
      { findMessage } as unknown as MessageHistory,
      { append } as unknown as EventLog,
    );
  });

  const post = (text: string, change: { senderId?: string; roomId?: string; replyTo?: string } = {}) =>
    poster.post({ senderId: 'alice', roomId: 'room', clientMsgId: text, text, ...change });
  const appended = () => append.mock.calls.map(([, { text }]) => text);

  it('hands messages of one sender over in the order in which they came, however slow a check is', async () => {
    const slow = Promise.withResolvers<RoomFacts>();
    findFacts.mockReturnValueOnce(slow.promise);
    const answers = ['one', 'two', 'three'].map((text) => post(text));
    await vi.waitFor(() => expect(findFacts).toHaveBeenCalledTimes(3));
    expect(appended()).toEqual([]);
    slow.resolve(member);
    await Promise.all(answers);
    expect(appended()).toEqual(['one', 'two', 'three']);
  });

  it('does not wait for the log, nor for other people and rooms', async () => {
    append.mockReturnValue(new Promise(() => undefined));
    findFacts.mockReturnValueOnce(new Promise(() => undefined));
    void post('stuck in its check');
    void post('of another', { senderId: 'bob' });
    void post('elsewhere', { roomId: 'other' });
    void post('also elsewhere', { roomId: 'other' });
    await vi.waitFor(() => expect(appended()).toEqual(['of another', 'elsewhere', 'also elsewhere']));
  });

  it('goes on after a refused message and after one that the log did not take', async () => {
    append.mockRejectedValueOnce(new ParleyError('UNCONFIRMED'));
    const answers = await Promise.allSettled([post('one'), post('two', { replyTo: 'nothing' }), post('three')]);
    expect(answers.map((answer) => (answer.status === 'rejected' ? (answer.reason as ParleyError).code : 'ok'))).toEqual([
      'UNCONFIRMED',
      'MESSAGE_NOT_FOUND',
      'ok',
    ]);
    expect(appended()).toEqual(['one', 'three']);
  });

  it('answers repeats with the same id', async () => {
    const [first, second] = [await post('once'), await post('once')];
    expect(second.messageId).toBe(first.messageId);
  });
});
