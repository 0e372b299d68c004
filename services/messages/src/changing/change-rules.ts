import { messageRefusalOf } from '@parley/chat';
import { LIMITS, type ErrorCode, type Reaction } from '@parley/contracts';
import type { MessageRow } from '../storing/message-row.js';
import type { Change } from './change.js';

/** What a change makes of a message: the same row when there is nothing to change. */
export type ChangeResult = { readonly row: MessageRow } | { readonly refusal: ErrorCode };

/**
 * Decides about an accepted change when its turn comes, and carries it out. `row` undefined: there is no such message.
 * `hasReacted`: this person stands behind this emoji already.
 */
export function resultOf(row: MessageRow | undefined, change: Change, hasReacted: boolean): ChangeResult {
  const refusal = messageRefusalOf(change.action, change.command, row);
  if (refusal || !row) return { refusal: refusal ?? 'MESSAGE_NOT_FOUND' };
  switch (change.action) {
    case 'edit':
      return edited(row, change);
    case 'delete':
      return { row: row.deletedAt === null ? deleted(row, change.command.acceptedAt) : row };
    case 'react':
      return reacted(row, change.command, hasReacted);
  }
}

function edited(row: MessageRow, { command, mentions }: Extract<Change, { action: 'edit' }>): ChangeResult {
  if (command.text === '' && row.attachments.length === 0) return { refusal: 'VALIDATION_FAILED' };
  if (command.text === row.text) return { row };
  return { row: { ...row, rev: row.rev + 1, text: command.text, mentions, editedAt: command.acceptedAt } };
}

const deleted = (row: MessageRow, deletedAt: string): MessageRow => ({
  ...row,
  rev: row.rev + 1,
  text: '',
  attachments: [],
  mentions: null,
  reactions: [],
  deletedAt,
});

function reacted(
  row: MessageRow,
  { emoji, on, userId }: Extract<Change, { action: 'react' }>['command'],
  hasReacted: boolean,
): ChangeResult {
  if (on === hasReacted) return { row };
  const isNewKind = !row.reactions.some((reaction) => reaction.emoji === emoji);
  if (on && isNewKind && row.reactions.length >= LIMITS.reactionKindsMax) return { refusal: 'VALIDATION_FAILED' };
  const kinds = on && isNewKind ? [...row.reactions, { emoji, count: 0, userIds: [] }] : row.reactions;
  const reactions = kinds
    .map((reaction) => (reaction.emoji === emoji ? (on ? joined(reaction, userId) : left(reaction, userId)) : reaction))
    .filter(({ count }) => count > 0);
  return { row: { ...row, rev: row.rev + 1, reactions } };
}

/** Shown are the first people: behind a list that misses somebody nobody is added. */
const joined = ({ emoji, count, userIds }: Reaction, userId: string): Reaction => ({
  emoji,
  count: count + 1,
  userIds: userIds.length === count && count < LIMITS.reactionUsersShown ? [...userIds, userId] : userIds,
});

const left = ({ emoji, count, userIds }: Reaction, userId: string): Reaction => ({
  emoji,
  count: count - 1,
  userIds: userIds.filter((id) => id !== userId),
});

/** Somebody who was shown took his reaction back: the next one has to be looked up. */
export const isShownShort = ({ count, userIds }: Reaction): boolean => userIds.length < Math.min(count, LIMITS.reactionUsersShown);
