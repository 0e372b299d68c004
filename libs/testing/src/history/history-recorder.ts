import type { Attempt, Outcome, ReceivedMessage, ReceivedRoom } from './history.js';

interface OpenAttempt {
  senderId: string;
  roomId: string;
  clientMsgId: string;
  text: string;
  beganAt: number;
  outcome: Outcome;
  endedAt?: number;
  messageId?: string;
}

/** What the clients of a test did and saw. One recorder for all of them, so that it knows what came before what. */
export class HistoryRecorder {
  #now = 0;
  readonly #attempts: OpenAttempt[] = [];
  readonly #received = new Map<string, { clientId: string; roomId: string; messages: ReceivedMessage[] }>();

  /** Notes the intention before anything is sent; it stays indeterminate until one of the answers. */
  attempt(intent: { senderId: string; roomId: string; clientMsgId: string; text: string }): {
    acked(messageId: string): void;
    rejected(): void;
  } {
    const { senderId, roomId, clientMsgId, text } = intent;
    const attempt: OpenAttempt = { senderId, roomId, clientMsgId, text, beganAt: ++this.#now, outcome: 'indeterminate' };
    this.#attempts.push(attempt);
    return {
      acked: (messageId) => void Object.assign(attempt, { outcome: 'acked', endedAt: ++this.#now, messageId }),
      rejected: () => void Object.assign(attempt, { outcome: 'rejected', endedAt: ++this.#now }),
    };
  }

  /** A client showed this message now. */
  received(clientId: string, roomId: string, message: ReceivedMessage): void {
    this.#room(clientId, roomId).messages.push(message);
  }

  /** A client watches this room, even if nothing ever comes. */
  watching(clientId: string, roomId: string): void {
    this.#room(clientId, roomId);
  }

  /** The client threw away what it had of this room, and begins anew. */
  forget(clientId: string, roomId: string): void {
    this.#room(clientId, roomId).messages.length = 0;
  }

  get attempts(): readonly Attempt[] {
    return this.#attempts;
  }

  get receivedRooms(): readonly ReceivedRoom[] {
    return [...this.#received.values()];
  }

  count(outcome: Outcome): number {
    return this.#attempts.filter((attempt) => attempt.outcome === outcome).length;
  }

  #room(clientId: string, roomId: string) {
    const key = `${clientId} ${roomId}`;
    const room = this.#received.get(key) ?? { clientId, roomId, messages: [] };
    this.#received.set(key, room);
    return room;
  }
}
