import { Injectable } from '@nestjs/common';
import {
  MessageDeleted,
  MessageEdited,
  MessageReacted,
  ParleyError,
  type ChangedMessage,
  type DeleteMessage,
  type EditMessage,
  type MessageDeleted as Command,
  type ReactToMessage,
} from '@parley/contracts';
import { EventLog, type RateRule } from '@parley/platform';
import { v7 as uuidV7 } from 'uuid';
import { RoomAccess } from '../rooms/room-access.js';
import { assertAllowed, messageRefusalOf, powerOf, type MessageAction } from '../rooms/room-rules.js';
import { ChangeOutcomes, type ChangeOutcome } from './change-outcomes.js';
import { MessageHistory } from './message-history.js';
import { Turns } from './turns.js';

/** Per user, for edges that do not count events by connection. */
export const CHANGE_RATE: RateRule = { name: 'changes', perSecond: 20, burst: 60 };

/** How long somebody who changes a message waits for it (ms). */
const WAIT_MS = 4_000;
/** One question to the messages service; shorter than its answer may take on the network. */
const QUESTION_MS = 1_500;

/**
 * Edits, deletes and reacts, for every edge. What can be refused for good is refused at once; the rest is decided when
 * the command has its turn in the log, behind everything that was accepted before it. So a message can be changed as
 * soon as its own acceptance was acknowledged, stored or not.
 */
@Injectable()
export class MessageChanger {
  /** One line per person and room: of two edits that are made without waiting the second one stays. */
  private readonly turns = new Turns();

  constructor(
    private readonly rooms: RoomAccess,
    private readonly history: MessageHistory,
    private readonly log: EventLog,
    private readonly outcomes: ChangeOutcomes,
  ) {}

  /**
   * Resolves once the change is stored. Rejects with UNCONFIRMED after 4 s: it may still come, and may be repeated, since
   * a change that is there already changes nothing.
   */
  edit(userId: string, { roomId, messageId, text }: EditMessage): Promise<ChangedMessage> {
    return this.change('edit', userId, { roomId, messageId }, (command) => this.log.append(MessageEdited, { ...command, text }));
  }

  delete(userId: string, { roomId, messageId }: DeleteMessage): Promise<ChangedMessage> {
    return this.change('delete', userId, { roomId, messageId }, (command) => this.log.append(MessageDeleted, command));
  }

  react(userId: string, { roomId, messageId, emoji, on }: ReactToMessage): Promise<ChangedMessage> {
    return this.change('react', userId, { roomId, messageId }, (command) => this.log.append(MessageReacted, { ...command, emoji, on }));
  }

  private async change(
    action: MessageAction,
    userId: string,
    { roomId, messageId }: DeleteMessage,
    append: (command: Command) => Promise<void>,
  ): Promise<ChangedMessage> {
    const commandId = uuidV7();
    await this.turns.take(`${userId}:${roomId}`, this.check(action, userId, roomId, messageId), (role) =>
      append({ commandId, roomId, messageId, userId, role, acceptedAt: new Date().toISOString() }),
    );
    const outcome = await this.wait(roomId, commandId);
    if (!outcome) throw new ParleyError('UNCONFIRMED');
    if (outcome.refusal) throw new ParleyError(outcome.refusal);
    return { rev: outcome.rev };
  }

  private async check(action: MessageAction, userId: string, roomId: string, messageId: string): Promise<Command['role']> {
    const role = powerOf(assertAllowed(action, await this.rooms.findFacts(roomId, userId)));
    const message = await this.history.findMessage(roomId, messageId);
    // One that is not stored may be on its way, and an author whom nobody knows here may still be this one.
    const isKnown = message !== undefined && (message.sender !== null || message.kind === 'system');
    const refusal = isKnown
      ? messageRefusalOf(action, { userId, role }, { senderId: message.sender?.id ?? null, deletedAt: message.deletedAt })
      : undefined;
    if (refusal) throw new ParleyError(refusal);
    return role ?? 'member';
  }

  private async wait(roomId: string, commandId: string): Promise<ChangeOutcome | undefined> {
    const deadline = performance.now() + WAIT_MS;
    for (let leftMs = WAIT_MS; leftMs > 0; leftMs = deadline - performance.now()) {
      try {
        const outcome = await this.outcomes.wait(roomId, commandId, Math.ceil(Math.min(leftMs, QUESTION_MS)));
        if (outcome) return outcome;
      } catch (error) {
        // Accepted it is: that nobody can say what became of it is no refusal.
        throw new ParleyError('UNCONFIRMED', { cause: error });
      }
    }
    return undefined;
  }
}
