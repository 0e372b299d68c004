import { Injectable } from '@nestjs/common';
import { LIMITS, type ErrorCode } from '@parley/contracts';
import type { Transaction } from '@parley/db';
import { MESSAGE_COLUMNS, messageRowOf, type MessageRecord } from '../history/message-columns.js';
import type { MessageRow } from '../storing/message-row.js';
import { ChangeFold, type CommandOutcome, type ReactionKey } from './change-fold.js';
import { isShownShort } from './change-rules.js';
import type { Change } from './change.js';

export interface ChangedRow {
  readonly epoch: number;
  readonly row: MessageRow;
}

export interface ChangesApplied {
  /** Messages that the batch is about and that ever changed, as they are now, by their last change. */
  readonly changed: readonly ChangedRow[];
  readonly outcomes: readonly CommandOutcome[];
}

/** Carries out changes of messages inside a transaction that holds the locks of their rooms' counters. */
@Injectable()
export class ChangeRepository {
  /**
   * In the order of the log. A command that had its turn before changes nothing again; its message comes out all the
   * same, since the first time may have ended before anybody was told. `isStored`: see `ChangeFold.take`.
   */
  async apply(transaction: Transaction, changes: readonly Change[], isStored: (change: Change) => boolean): Promise<ChangesApplied> {
    const known = await findOutcomes(transaction, changes);
    const fresh = uniqueBy(
      changes.filter(({ command }) => !known.has(command.commandId)),
      ({ command }) => command.commandId,
    );
    const rows = await findRows(transaction, changes);
    const fold = new ChangeFold(rows, await findReactions(transaction, fresh));
    for (const change of fresh) fold.take(change, isStored(change));

    const changed = fold.changed;
    await writeReactions(transaction, fold);
    await writeRevisions(transaction, fold);
    const numbered = await this.number(transaction, await fillShown(transaction, changed));
    await writeRows(transaction, numbered);
    await writeOutcomes(transaction, fold.outcomes);

    const isChanged = new Set(changed.map((row) => row.id));
    const isRepeated = new Set(changes.filter(({ command }) => known.has(command.commandId)).map(({ command }) => command.messageId));
    const repeated = rows.filter((row) => row.change !== null && isRepeated.has(row.id) && !isChanged.has(row.id));
    const epochs = await findEpochs(transaction, [...repeated, ...numbered]);
    return {
      changed: [...repeated, ...numbered]
        .map((row) => ({ epoch: epochs.get(row.roomId) ?? 1, row }))
        .sort((a, b) => (a.row.change ?? 0) - (b.row.change ?? 0)),
      outcomes: [...known.values(), ...fold.outcomes],
    };
  }

  /** Each message that became another one takes the room's next change. */
  private async number(transaction: Transaction, rows: readonly MessageRow[]): Promise<MessageRow[]> {
    const perRoom = Map.groupBy(rows, ({ roomId }) => roomId);
    if (perRoom.size === 0) return [];
    const heads = await transaction.query<{ room_id: string; changes: string }>(
      `UPDATE messages.room_heads AS head SET changes = head.changes + new.count
       FROM unnest($1::uuid[], $2::bigint[]) AS new (room_id, count) WHERE head.room_id = new.room_id RETURNING head.room_id, head.changes`,
      [[...perRoom.keys()], [...perRoom.values()].map(({ length }) => length)],
    );
    const last = new Map(heads.map((head) => [head.room_id, Number(head.changes)]));
    return [...perRoom].flatMap(([roomId, changed]) =>
      changed.map((row, index) => ({ ...row, change: (last.get(roomId) ?? 0) - (changed.length - 1 - index) })),
    );
  }
}

async function findOutcomes(transaction: Transaction, changes: readonly Change[]): Promise<Map<string, CommandOutcome>> {
  const records = await transaction.query<{ room_id: string; command_id: string; rev: number; refusal: ErrorCode | null }>(
    `SELECT room_id, command_id, rev, refusal FROM messages.commands
     JOIN unnest($1::uuid[], $2::uuid[]) AS wanted (room_id, command_id) USING (room_id, command_id)`,
    [changes.map(({ command }) => command.roomId), changes.map(({ command }) => command.commandId)],
  );
  return new Map(
    records.map(({ room_id, command_id, rev, refusal }) => [command_id, { roomId: room_id, commandId: command_id, rev, refusal }]),
  );
}

async function findRows(transaction: Transaction, changes: readonly Change[]): Promise<MessageRow[]> {
  const targets = uniqueBy(changes, ({ command }) => `${command.roomId}:${command.messageId}`);
  const records = await transaction.query<MessageRecord>(
    `SELECT ${MESSAGE_COLUMNS} FROM messages.messages AS message
     JOIN unnest($1::uuid[], $2::uuid[]) AS wanted (room_id, id) USING (room_id, id)`,
    [targets.map(({ command }) => command.roomId), targets.map(({ command }) => command.messageId)],
  );
  return records.map(messageRowOf);
}

async function findReactions(transaction: Transaction, changes: readonly Change[]): Promise<ReactionKey[]> {
  const commands = changes.flatMap((change) => (change.action === 'react' ? [change.command] : []));
  if (commands.length === 0) return [];
  const records = await transaction.query<{ room_id: string; message_id: string; emoji: string; user_id: string }>(
    `SELECT DISTINCT room_id, message_id, emoji, user_id FROM messages.reactions
     JOIN unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[]) AS wanted (room_id, message_id, emoji, user_id)
       USING (room_id, message_id, emoji, user_id)`,
    reactionColumns(commands),
  );
  return records.map(({ room_id, message_id, emoji, user_id }) => ({ roomId: room_id, messageId: message_id, emoji, userId: user_id }));
}

async function findEpochs(transaction: Transaction, rows: readonly MessageRow[]): Promise<Map<string, number>> {
  if (rows.length === 0) return new Map();
  const records = await transaction.query<{ room_id: string; epoch: number }>(
    `SELECT room_id, epoch FROM messages.room_heads WHERE room_id = ANY($1::uuid[])`,
    [rows.map(({ roomId }) => roomId)],
  );
  return new Map(records.map(({ room_id, epoch }) => [room_id, epoch]));
}

async function writeReactions(transaction: Transaction, { addedReactions, removedReactions, deleted }: ChangeFold): Promise<void> {
  if (removedReactions.length > 0)
    await transaction.query(
      `DELETE FROM messages.reactions AS reaction
       USING unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[]) AS gone (room_id, message_id, emoji, user_id)
       WHERE (reaction.room_id, reaction.message_id, reaction.emoji, reaction.user_id) = (gone.room_id, gone.message_id, gone.emoji, gone.user_id)`,
      reactionColumns(removedReactions),
    );
  if (addedReactions.length > 0)
    await transaction.query(
      `INSERT INTO messages.reactions (room_id, message_id, emoji, user_id, rev)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::int[])
       ON CONFLICT (room_id, message_id, emoji, user_id) DO UPDATE SET rev = excluded.rev`,
      [...reactionColumns(addedReactions), addedReactions.map(({ rev }) => rev)],
    );
  if (deleted.length === 0) return;
  for (const table of ['reactions', 'revisions'])
    await transaction.query(
      `DELETE FROM messages.${table} AS part USING unnest($1::uuid[], $2::uuid[]) AS gone (room_id, message_id)
       WHERE part.room_id = gone.room_id AND part.message_id = gone.message_id`,
      [deleted.map(({ roomId }) => roomId), deleted.map(({ id }) => id)],
    );
}

async function writeRevisions(transaction: Transaction, { revisions, deleted }: ChangeFold): Promise<void> {
  const isGone = new Set(deleted.map(({ id }) => id));
  const kept = revisions.filter(({ messageId }) => !isGone.has(messageId));
  if (kept.length === 0) return;
  await transaction.query(
    `INSERT INTO messages.revisions (room_id, message_id, rev, text, edited_at)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::timestamptz[])`,
    [
      kept.map(({ roomId }) => roomId),
      kept.map(({ messageId }) => messageId),
      kept.map(({ rev }) => rev),
      kept.map(({ text }) => text),
      kept.map(({ editedAt }) => editedAt),
    ],
  );
}

/** Who is shown in the place of somebody who took his reaction back. */
async function fillShown(transaction: Transaction, rows: readonly MessageRow[]): Promise<MessageRow[]> {
  const short = rows.flatMap((row) => row.reactions.filter(isShownShort).map(({ emoji }) => ({ row, emoji })));
  if (short.length === 0) return [...rows];
  const records = await transaction.query<{ message_id: string; emoji: string; user_ids: string[] }>(
    `SELECT wanted.message_id, wanted.emoji, ARRAY(
       SELECT user_id::text FROM messages.reactions AS reaction
       WHERE reaction.room_id = wanted.room_id AND reaction.message_id = wanted.message_id AND reaction.emoji = wanted.emoji
       ORDER BY rev LIMIT ${LIMITS.reactionUsersShown}) AS user_ids
     FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS wanted (room_id, message_id, emoji)`,
    [short.map(({ row }) => row.roomId), short.map(({ row }) => row.id), short.map(({ emoji }) => emoji)],
  );
  const shown = new Map(records.map(({ message_id, emoji, user_ids }) => [`${message_id}:${emoji}`, user_ids]));
  return rows.map((row) => ({
    ...row,
    reactions: row.reactions.map((reaction) => ({ ...reaction, userIds: shown.get(`${row.id}:${reaction.emoji}`) ?? reaction.userIds })),
  }));
}

async function writeRows(transaction: Transaction, rows: readonly MessageRow[]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query(
    `UPDATE messages.messages AS message
     SET rev = new.rev, text = new.text, mentions = new.mentions::jsonb, reactions = new.reactions::jsonb,
         attachments = CASE WHEN new.deleted_at IS NULL THEN message.attachments END, edited_at = new.edited_at, deleted_at = new.deleted_at, change = new.change
     FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::bigint[])
       AS new (room_id, id, rev, text, mentions, reactions, edited_at, deleted_at, change)
     WHERE message.room_id = new.room_id AND message.id = new.id`,
    [
      rows.map(({ roomId }) => roomId),
      rows.map(({ id }) => id),
      rows.map(({ rev }) => rev),
      rows.map(({ text }) => text),
      rows.map(({ mentions }) => mentions && JSON.stringify(mentions)),
      rows.map(({ reactions }) => (reactions.length > 0 ? JSON.stringify(reactions) : null)),
      rows.map(({ editedAt }) => editedAt),
      rows.map(({ deletedAt }) => deletedAt),
      rows.map(({ change }) => change),
    ],
  );
}

async function writeOutcomes(transaction: Transaction, outcomes: readonly CommandOutcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  await transaction.query(
    `INSERT INTO messages.commands (room_id, command_id, rev, refusal)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[])`,
    [
      outcomes.map(({ roomId }) => roomId),
      outcomes.map(({ commandId }) => commandId),
      outcomes.map(({ rev }) => rev),
      outcomes.map(({ refusal }) => refusal),
    ],
  );
}

const reactionColumns = (keys: readonly ReactionKey[]): unknown[] => [
  keys.map(({ roomId }) => roomId),
  keys.map(({ messageId }) => messageId),
  keys.map(({ emoji }) => emoji),
  keys.map(({ userId }) => userId),
];

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => !seen.has(keyOf(item)) && seen.add(keyOf(item)));
}
