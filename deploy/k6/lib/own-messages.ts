import { setTimeout } from 'k6/timers';
import type { Message } from '@parley/contracts';
import { tellFault } from './faults.ts';
import * as metrics from './metrics.ts';
import type { Answer, LiveSocket } from './live-socket.ts';

const RETRY_MS = 300;

interface Send {
  readonly roomId: string;
  readonly at: number;
  /** One at a time is under way, or waits to be sent again. */
  isWaiting: boolean;
}

/** What one person has written: sent again until it is answered, then awaited in its room. */
export class OwnMessages {
  readonly #authorId: string;
  readonly #socket: () => LiveSocket | undefined;
  readonly #unanswered = new Map<string, Send>();
  /** Acknowledged and not seen in the room yet, by its room. */
  readonly #unseen = new Map<string, string>();
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

  /** Counts and tells what was acknowledged and has not been seen; answers how many. */
  countLost(): number {
    for (const [clientMsgId, roomId] of this.#unseen) tellFault('lost', this.#authorId, { roomId, clientMsgId });
    return this.#unseen.size;
  }

  write(roomId: string): void {
    const clientMsgId = `${this.#authorId.slice(0, 18)}-${Date.now().toString(36)}-${this.#written}`;
    this.#written += 1;
    metrics.sent.add(1);
    this.#unanswered.set(clientMsgId, { roomId, at: Date.now(), isWaiting: false });
    this.#send(clientMsgId);
  }

  /** A connection is there again. */
  resend(): void {
    for (const clientMsgId of this.#unanswered.keys()) this.#send(clientMsgId);
  }

  /** A message that was not there before is in a room. */
  see({ sender, clientMsgId, roomId, seq }: Message): void {
    if (sender?.id !== this.#authorId) return;
    if (this.#seen.has(clientMsgId)) {
      metrics.duplicated.add(1);
      tellFault('duplicated', this.#authorId, { roomId, seq, clientMsgId });
    }
    this.#seen.add(clientMsgId);
    this.#unseen.delete(clientMsgId);
  }

  #send(clientMsgId: string): void {
    const send = this.#unanswered.get(clientMsgId);
    const socket = this.#socket();
    if (!send || !socket || send.isWaiting) return;
    const { roomId, at } = send;
    send.isWaiting = true;
    socket.emit('message:send', { roomId, clientMsgId, text: `k6 ${clientMsgId} ${at}` }, (answer) =>
      this.#answered(clientMsgId, send, answer),
    );
  }

  #answered(clientMsgId: string, send: Send, answer: Answer | undefined): void {
    if (answer?.ok) {
      this.#unanswered.delete(clientMsgId);
      metrics.acked.add(1);
      metrics.ackTime.add(Date.now() - send.at);
      if (!this.#seen.has(clientMsgId)) this.#unseen.set(clientMsgId, send.roomId);
    } else if (answer && !answer.error.retryable) {
      this.#unanswered.delete(clientMsgId);
      metrics.refused.add(1, { code: answer.error.code });
    } else {
      metrics.retried.add(1);
      const again = () => {
        send.isWaiting = false;
        this.#send(clientMsgId);
      };
      setTimeout(again, answer?.error.retryAfterMs ?? RETRY_MS);
    }
  }
}
