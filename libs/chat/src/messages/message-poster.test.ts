import { ParleyError, type MessagePosted } from '@parley/contracts';
import { MemoryRateLimiter, type EventLog } from '@parley/platform';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { MediaLibrary } from '../media/media-library.js';
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
  isMuted: false,
  isForEveryone: false,
  isAdministrator: false,
  memberCount: 2,
  memberRev: 2,
};

describe('MessagePoster', () => {
  const findFacts = vi.fn<RoomAccess['findFacts']>();
  const findMessage = vi.fn<MessageHistory['findMessage']>();
  const append = vi.fn<(event: unknown, payload: MessagePosted) => Promise<void>>();
  const reserve = vi.fn<MediaLibrary['reserve']>();
  let poster: MessagePoster;
  let now: number;
  beforeEach(() => {
    now = 0;
    findFacts.mockReset().mockResolvedValue(member);
    findMessage.mockReset().mockResolvedValue(undefined);
    reserve.mockReset().mockResolvedValue([]);
    append.mockReset().mockResolvedValue(undefined);
    poster = new MessagePoster(
      { findFacts } as unknown as RoomAccess,
      { findMessage } as unknown as MessageHistory,
      { reserve } as unknown as MediaLibrary,
      { append } as unknown as EventLog,
      new MemoryRateLimiter({ factor: 0, now: () => now }),
    );
  });

  const post = (text: string, change: { senderId?: string; roomId?: string; replyTo?: string; attachments?: string[] } = {}) =>
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

  it('takes the files last, and only those of messages that nothing else refuses', async () => {
    const hill = { id: 'hill', name: 'hill.jpg', type: 'image/jpeg', size: 1, url: '/hill' };
    reserve.mockResolvedValueOnce([hill]);
    await post('with a file', { attachments: ['hill'] });
    expect(append.mock.calls.at(-1)?.[1].attachments).toEqual([hill]);
    reserve.mockRejectedValueOnce(new ParleyError('MEDIA_NOT_ATTACHABLE'));
    await expect(post('with a file of another', { attachments: ['other'] })).rejects.toMatchObject({ code: 'MEDIA_NOT_ATTACHABLE' });
    await expect(post('reply', { replyTo: 'nothing', attachments: ['hill'] })).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
    await post('without');
    expect(reserve).toHaveBeenCalledTimes(2);
    expect(appended()).toEqual(['with a file', 'without']);
  });

  it('accepts the repeat of a message whose files went with it when it was deleted', async () => {
    reserve.mockRejectedValue(new ParleyError('MEDIA_NOT_ATTACHABLE'));
    const { messageId } = await post('deleted since');
    findMessage.mockImplementation((_, id) => Promise.resolve(id === messageId ? ({ id } as never) : undefined));
    expect((await post('deleted since', { attachments: ['hill'] })).messageId).toBe(messageId);
    await expect(post('another', { attachments: ['hill'] })).rejects.toMatchObject({ code: 'MEDIA_NOT_ATTACHABLE' });
  });

  it('answers repeats with the same id', async () => {
    const [first, second] = [await post('once'), await post('once')];
    expect(second.messageId).toBe(first.messageId);
  });

  describe('in slow mode', () => {
    const slow = (role: RoomFacts['role']) =>
      findFacts.mockImplementation((roomId) => Promise.resolve({ ...member, roomId, slowModeSeconds: 30, role }));
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => 'ok',
        (error: ParleyError) => [error.code, error.retryAfterMs],
      );

    it('takes one message a turn, per person and room, and says how long the rest of it is', async () => {
      slow('member');
      expect(await codeOf(post('one'))).toBe('ok');
      now = 12_000;
      expect(await codeOf(post('two'))).toEqual(['RATE_LIMITED', 18_000]);
      expect(await codeOf(post('of another', { senderId: 'bob' }))).toBe('ok');
      expect(await codeOf(post('elsewhere', { roomId: 'other' }))).toBe('ok');
      now = 30_000;
      expect(await codeOf(post('two'))).toBe('ok');
      expect(await codeOf(post('three'))).toEqual(['RATE_LIMITED', 30_000]);
    });

    it('spares those who keep order', async () => {
      for (const role of ['moderator', 'owner'] as const) {
        slow(role);
        for (const text of ['one', 'two', 'three']) expect(await codeOf(post(`${role} ${text}`))).toBe('ok');
      }
    });

    it('answers the repeat of a stored message as it always does', async () => {
      slow('member');
      const { messageId } = await post('one');
      findMessage.mockImplementation((_, id) => Promise.resolve(id === messageId ? ({ id } as never) : undefined));
      expect(await codeOf(post('one'))).toBe('ok');
      expect(await codeOf(post('two'))).toEqual(['RATE_LIMITED', 30_000]);
    });

    it('counts nothing for what is refused for another reason', async () => {
      slow('member');
      expect(await codeOf(post('one', { replyTo: 'nothing' }))).toEqual(['MESSAGE_NOT_FOUND', undefined]);
      expect(await codeOf(post('two'))).toBe('ok');
    });
  });
});
