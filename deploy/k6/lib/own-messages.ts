import { setTimeout } from 'k6/timers';
import type { Message } from '@parley/contracts';
import * as metrics from './metrics.ts';
import type { Answer, LiveSocket } from './live-socket.ts';

const RETRY_MS = 300;

interface Send {
  readonly roomId: string;
  readonly at: number;
}

/** What one person has written: sent again until it is answered, then awaited in its room. */
export class OwnMessages {
  readonly #authorId: string;
  readonly #socket: () => LiveSocket | undefined;
  readonly #unanswered = new Map<string, Send>();
  /** Acknowledged and not seen in the room yet. */
  readonly #unseen = new Set<string>();
  readonly #seen = new Set<string>();
  #written = 0;

  /** `socket`: where to send now; undefined while there is no connection. */
  constructor(authorId: string, socket: () => LiveSocket | undefined) {
    this.#authorId = authorId;
    this.#socket = socket;
  }

  /** Nothing is waited for any more: neither an answer nor the message itself. */
  get isSettled(): boolean {
    return this.#unanswered.size === 0 && this.#unseen.size === 0;
  }

  /** How many were acknowledged and have not been seen. */
  get unseen(): number {
    return this.#unseen.size;
  }

  write(roomId: string): void {
    const clientMsgId = `${this.#authorId.slice(0, 18)}-${Date.now().toString(36)}-${this.#written}`;
    this.#written += 1;
    metrics.sent.add(1);
    this.#unanswered.set(clientMsgId, { roomId, at: Date.now() });
    this.#send(clientMsgId);
  }

  /** A connection is there again. */
  resend(): void {
    for (const clientMsgId of this.#unanswered.keys()) this.#send(clientMsgId);
  }

  /** A message that was not there before is in a room. */
  see({ sender, clientMsgId }: Message): void {
    if (sender?.id !== this.#authorId) return;
    if (this.#seen.has(clientMsgId)) metrics.duplicated.add(1);
    this.#seen.add(clientMsgId);
    this.#unseen.delete(clientMsgId);
  }

  #send(clientMsgId: string): void {
    const send = this.#unanswered.get(clientMsgId);
    if (!send) return;
    const { roomId, at } = send;
    this.#socket()?.emit('message:send', { roomId, clientMsgId, text: `k6 ${clientMsgId} ${at}` }, (answer) =>
      this.#answered(clientMsgId, send, answer),
    );
  }

  #answered(clientMsgId: string, { at }: Send, answer: Answer | undefined): void {
    if (!this.#unanswered.has(clientMsgId)) return;
    if (answer?.ok) {
      this.#unanswered.delete(clientMsgId);
      metrics.acked.add(1);
      metrics.ackTime.add(Date.now() - at);
      if (!this.#seen.has(clientMsgId)) this.#unseen.add(clientMsgId);
    } else if (answer && !answer.error.retryable) {
      this.#unanswered.delete(clientMsgId);
      metrics.refused.add(1, { code: answer.error.code });
    } else {
      metrics.retried.add(1);
      setTimeout(() => this.#send(clientMsgId), answer?.error.retryAfterMs ?? RETRY_MS);
    }
  }
}
