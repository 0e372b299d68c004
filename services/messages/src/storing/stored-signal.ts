import { Injectable } from '@nestjs/common';
import type { Message } from '@parley/contracts';

type Listener = (message: Message) => void;

/** Tells whoever waits in this process that a message was stored here. Only a shortcut: another process may store it. */
@Injectable()
export class StoredSignal {
  private readonly waiting = new Map<string, Set<Listener>>();

  announce(message: Message): void {
    for (const listener of this.waiting.get(message.id) ?? []) listener(message);
  }

  /** Returns a function that stops listening. */
  listen(messageId: string, listener: Listener): () => void {
    const listeners = this.waiting.get(messageId) ?? new Set();
    this.waiting.set(messageId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.waiting.get(messageId) === listeners) this.waiting.delete(messageId);
    };
  }
}
