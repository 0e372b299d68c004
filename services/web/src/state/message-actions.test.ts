import { ME, messageOf, userOf, uuidOf } from '@parley/client/testing';
import { ParleyError, type Message } from '@parley/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { MessageActions } from './message-actions.js';

describe('one’s own reaction', () => {
  let sent: unknown[];
  let refusal: Error | undefined;
  let actions: MessageActions;
  const withThumbs = (count: number, ...userIds: string[]): Message => messageOf(1, { reactions: [{ emoji: '👍', count, userIds }] });

  beforeEach(() => {
    [sent, refusal] = [[], undefined];
    const request = async (_event: string, { on }: { on?: boolean }) => {
      if (refusal) throw refusal;
      sent.push(on);
      return {};
    };
    actions = new MessageActions(userOf(ME, 'Me'), { request: request as never });
  });

  it('is what the message says while it names everybody', async () => {
    expect(actions.hasReacted(withThumbs(2, uuidOf(7), ME), '👍')).toBe(true);
    await actions.toggleReaction(withThumbs(1, ME), '👍');
    await actions.toggleReaction(withThumbs(1, uuidOf(7)), '👍');
    expect(sent).toEqual([false, true]);
    expect(actions.hasReacted(withThumbs(1, uuidOf(7)), '👍')).toBe(false);
  });

  it('is what was done on this page once too many others came before', async () => {
    const crowded = withThumbs(3, uuidOf(7), uuidOf(8));
    expect(actions.hasReacted(crowded, '👍')).toBe(false);
    await actions.toggleReaction(crowded, '👍');
    expect(actions.hasReacted(crowded, '👍')).toBe(true);
    expect(actions.hasReacted(crowded, '🎉')).toBe(false);
    await actions.toggleReaction(crowded, '👍');
    expect(actions.hasReacted(crowded, '👍')).toBe(false);
    expect(sent).toEqual([true, false]);
  });

  it('is not there when it was refused', async () => {
    refusal = new ParleyError('RATE_LIMITED');
    await expect(actions.toggleReaction(withThumbs(30), '👍')).rejects.toThrow(refusal);
    expect(actions.hasReacted(withThumbs(30), '👍')).toBe(false);
  });
});
