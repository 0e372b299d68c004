import { LIMITS } from '@parley/contracts';

export interface ModelCommand {
  readonly kind: 'post' | 'edit' | 'delete' | 'react';
  readonly id: string;
  /** Which message, by the key of its post. */
  readonly message: number;
  readonly user: number;
  readonly text: string;
  readonly emoji: string;
  readonly on: boolean;
  readonly isModerator: boolean;
}

export interface ModelMessage {
  readonly author: number;
  readonly seq: number;
  text: string;
  rev: number;
  isDeleted: boolean;
  isEdited: boolean;
  texts: [rev: number, text: string][];
  /** Emoji -> people, both in the order in which they came. */
  reactions: Map<string, number[]>;
}

/** What messages are after commands, in the simplest words: one after the other, each once. */
export class ChangesModel {
  readonly messages = new Map<number, ModelMessage>();
  readonly #done = new Set<string>();

  apply(command: ModelCommand): void {
    if (this.#done.has(command.id)) return;
    this.#done.add(command.id);
    const message = this.messages.get(command.message);
    if (command.kind === 'post') {
      if (!message) this.#post(command);
    } else if (message) this.#change(message, command);
  }

  #post({ message, user, text }: ModelCommand): void {
    const seq = this.messages.size + 1;
    const posted = { author: user, seq, text, rev: 0, isDeleted: false, isEdited: false, texts: [[0, text]] as [number, string][] };
    this.messages.set(message, { ...posted, reactions: new Map() });
  }

  #change(message: ModelMessage, { kind, user, text, emoji, on, isModerator }: ModelCommand): void {
    if (message.isDeleted) return;
    if (kind === 'edit' && user === message.author && text !== message.text) {
      message.rev += 1;
      message.isEdited = true;
      message.text = text;
      message.texts.push([message.rev, text]);
    }
    if (kind === 'delete' && (user === message.author || isModerator)) {
      message.rev += 1;
      Object.assign(message, { text: '', isDeleted: true, texts: [], reactions: new Map() });
    }
    if (kind === 'react') this.#react(message, emoji, user, on);
  }

  #react(message: ModelMessage, emoji: string, user: number, on: boolean): void {
    const people = message.reactions.get(emoji) ?? [];
    if (people.includes(user) === on) return;
    if (on && people.length === 0 && message.reactions.size === LIMITS.reactionKindsMax) return;
    message.rev += 1;
    const next = on ? [...people, user] : people.filter((other) => other !== user);
    if (next.length > 0) message.reactions.set(emoji, next);
    else message.reactions.delete(emoji);
  }
}
