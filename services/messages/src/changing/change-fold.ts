import type { ChangeOutcome } from '@parley/chat';
import type { Revision } from '@parley/contracts';
import type { MessageRow } from '../storing/message-row.js';
import { resultOf } from './change-rules.js';
import type { Change } from './change.js';

export interface MessageKey {
  readonly roomId: string;
  readonly messageId: string;
}
export interface ReactionKey extends MessageKey {
  readonly emoji: string;
  readonly userId: string;
}
export interface CommandOutcome extends ChangeOutcome {
  readonly roomId: string;
  readonly commandId: string;
}

/**
 * Carries out the changes of a batch, one after the other, on what was read from storage, and keeps account of what has
 * to be written. Pure: the same rows and changes give the same result however they are cut into batches.
 */
export class ChangeFold {
  readonly outcomes: CommandOutcome[] = [];
  /** Every text of the messages that were edited here, the one before the first edit included. */
  readonly revisions: (MessageKey & Revision)[] = [];
  readonly #rows = new Map<string, MessageRow>();
  /** Reactions that the batch is about: was there in storage, is there now, since which `rev`. */
  readonly #reactions = new Map<string, { key: ReactionKey; was: boolean; is: boolean; rev: number }>();
  /** Messages that became others, by their last change. */
  readonly #changed = new Set<string>();

  constructor(rows: readonly MessageRow[], reactions: readonly ReactionKey[]) {
    for (const row of rows) this.#rows.set(keyOf(row.roomId, row.id), row);
    for (const key of reactions) this.#reactions.set(reactionKeyOf(key), { key, was: true, is: true, rev: 0 });
  }

  /** The messages that became others, as they are now, in the order of their last changes. */
  get changed(): MessageRow[] {
    return [...this.#changed].flatMap((key) => this.#rows.get(key) ?? []);
  }

  get deleted(): MessageRow[] {
    return this.changed.filter((row) => row.deletedAt !== null);
  }

  /** With the `rev` that each came with. Not those of deleted messages, which lose them all. */
  get addedReactions(): (ReactionKey & { rev: number })[] {
    return this.#movedReactions(true).map(({ key, rev }) => ({ ...key, rev }));
  }

  get removedReactions(): ReactionKey[] {
    return this.#movedReactions(false).map(({ key }) => key);
  }

  /** `isStored` false: the message was accepted after this command. */
  take(change: Change, isStored = true): void {
    const { roomId, messageId, commandId } = change.command;
    const key = keyOf(roomId, messageId);
    const row = isStored ? this.#rows.get(key) : undefined;
    const reaction = change.action === 'react' ? this.#reactionOf(change.command) : undefined;
    const result = resultOf(row, change, reaction?.is ?? false);
    if ('refusal' in result) {
      this.outcomes.push({ roomId, commandId, rev: row?.rev ?? 0, refusal: result.refusal });
      return;
    }
    this.outcomes.push({ roomId, commandId, rev: result.row.rev, refusal: null });
    if (!row || result.row === row) return;
    if (change.action === 'edit') this.#noteTexts(row, result.row);
    if (change.action === 'react' && reaction) Object.assign(reaction, { is: change.command.on, rev: result.row.rev });
    this.#rows.set(key, result.row);
    this.#changed.delete(key);
    this.#changed.add(key);
  }

  #reactionOf(key: ReactionKey): { is: boolean; rev: number } {
    const id = reactionKeyOf(key);
    const known = this.#reactions.get(id);
    if (known) return known;
    const { roomId, messageId, emoji, userId } = key;
    const fresh = { key: { roomId, messageId, emoji, userId }, was: false, is: false, rev: 0 };
    this.#reactions.set(id, fresh);
    return fresh;
  }

  #noteTexts(before: MessageRow, after: MessageRow): void {
    const key = { roomId: after.roomId, messageId: after.id };
    // Between two edits nothing but reactions has moved `rev`: the text before has its row from its own edit.
    if (before.editedAt === null) this.revisions.push({ ...key, rev: 0, text: before.text, editedAt: before.createdAt });
    this.revisions.push({ ...key, rev: after.rev, text: after.text, editedAt: after.editedAt ?? after.createdAt });
  }

  #movedReactions(isAdded: boolean): { key: ReactionKey; rev: number }[] {
    return [...this.#reactions.values()].filter(({ key, was, is, rev }) => {
      const isDeleted = this.#rows.get(keyOf(key.roomId, key.messageId))?.deletedAt != null;
      // Taken back and given again in one batch: it counts from the second time.
      return !isDeleted && rev > 0 && (isAdded ? is : was && !is);
    });
  }
}

const keyOf = (roomId: string, messageId: string): string => `${roomId}:${messageId}`;
const reactionKeyOf = ({ roomId, messageId, emoji, userId }: ReactionKey): string => `${roomId}:${messageId}:${userId}:${emoji}`;
