import type { Message, Room, User } from '@parley/contracts';
import type { ChatConnection } from '@parley/client';
import { Store } from './store.js';

const keyOf = (messageId: string, emoji: string): string => `${messageId} ${emoji}`;

type MessageStep = 'actions' | 'editing';

/** What a person can do with messages that are there. What comes of it arrives by the room's stream, as for everybody. */
export class MessageActions {
  /** Room -> the message that the next one written there answers. */
  readonly replies = new Store<ReadonlyMap<string, Message>>(new Map());

  /** A key was pressed on a message: its menu goes to this step. */
  readonly asked = new Store<{ readonly messageId: string; readonly step: MessageStep } | undefined>(undefined);

  /** One's own reactions that messages do not name, because too many others reacted before. */
  readonly unnamed = new Store<ReadonlySet<string>>(new Set());

  constructor(
    private readonly me: User,
    private readonly connection: Pick<ChatConnection, 'request'>,
  ) {}

  async edit({ roomId, id: messageId }: Message, text: string): Promise<void> {
    await this.connection.request('message:edit', { roomId, messageId, text });
  }

  async delete({ roomId, id: messageId }: Pick<Message, 'id' | 'roomId'>): Promise<void> {
    await this.connection.request('message:delete', { roomId, messageId });
    if (this.replies.get().get(roomId)?.id === messageId) this.stopReplying(roomId);
  }

  /** Adds one's own reaction, or takes it back if it is there. */
  async toggleReaction(message: Message, emoji: string): Promise<void> {
    const { roomId, id: messageId } = message;
    const on = !this.hasReacted(message, emoji);
    await this.connection.request('message:react', { roomId, messageId, emoji, on });
    this.unnamed.update((known) => {
      const changed = new Set(known);
      if (on) changed.add(keyOf(messageId, emoji));
      else changed.delete(keyOf(messageId, emoji));
      return changed;
    });
  }

  /** As far as it is known: messages name the first people of each emoji only, this page what was done on it. */
  hasReacted({ id, reactions }: Message, emoji: string): boolean {
    const reaction = reactions.find((each) => each.emoji === emoji);
    if (!reaction) return false;
    const isCut = reaction.count > reaction.userIds.length;
    return reaction.userIds.includes(this.me.id) || (isCut && this.unnamed.get().has(keyOf(id, emoji)));
  }

  canEdit({ sender, deletedAt }: Message): boolean {
    return deletedAt === null && sender?.id === this.me.id;
  }

  canDelete(message: Message, room: Room | undefined): boolean {
    const keepsOrder =
      room?.role === 'owner' || room?.role === 'moderator' || (room?.kind === 'room' && this.me.roles.includes('administrator'));
    return message.deletedAt === null && (message.sender?.id === this.me.id || keepsOrder);
  }

  ask(message: Message, step: MessageStep): void {
    this.asked.set({ messageId: message.id, step });
  }

  replyTo(message: Message): void {
    this.replies.update((replies) => new Map(replies).set(message.roomId, message));
  }

  stopReplying(roomId: string): void {
    this.replies.update((replies) => new Map([...replies].filter(([id]) => id !== roomId)));
  }
}
