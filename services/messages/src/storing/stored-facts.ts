import { MessageChanged, MessageStored, type Mentions } from '@parley/contracts';
import type { ChangedRow } from '../changing/change.repository.js';
import type { MessageRow, StoredRoom } from './message-row.js';
import type { StoredFact } from './stored-announcer.js';

const NOBODY: Mentions = { userIds: [], everyone: false };

/** What the rest of the product learns of messages that have their place. */
export function storedFacts({ epoch, rows }: StoredRoom): StoredFact[] {
  return rows.map((row) => ({ event: MessageStored, payload: { ...commonOf(epoch, row), announcement: row.announcement } }));
}

/** What it learns of a message that is another one now. */
export function changedFact({ epoch, row }: ChangedRow): StoredFact {
  const { change, editedAt, deletedAt } = row;
  return { event: MessageChanged, payload: { ...commonOf(epoch, row), change: change ?? 0, editedAt, deletedAt } };
}

const commonOf = (epoch: number, row: MessageRow): Omit<MessageStored, 'announcement'> => ({
  roomId: row.roomId,
  epoch,
  seq: row.seq,
  messageId: row.id,
  senderId: row.senderId,
  kind: row.kind,
  text: row.text,
  createdAt: row.createdAt,
  rev: row.rev,
  mentions: row.mentions ?? NOBODY,
  attachments: [...row.attachments],
});
