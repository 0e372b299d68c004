import { Injectable } from '@nestjs/common';
import type { ChangeOutcome } from '@parley/chat';
import type { CommandOutcome } from './change-fold.js';

type Listener = (outcome: ChangeOutcome) => void;

/** Tells whoever waits in this process what became of a command. Only a shortcut: another process may carry it out. */
@Injectable()
export class ChangeSignal {
  private readonly waiting = new Map<string, Listener>();

  announce({ commandId, rev, refusal }: CommandOutcome): void {
    this.waiting.get(commandId)?.({ rev, refusal });
  }

  /** One listener per command. Returns a function that stops listening. */
  listen(commandId: string, listener: Listener): () => void {
    this.waiting.set(commandId, listener);
    return () => {
      if (this.waiting.get(commandId) === listener) this.waiting.delete(commandId);
    };
  }
}
