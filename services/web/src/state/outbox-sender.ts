import { ParleyError, type Media, type SentMessage } from '@parley/contracts';
import { type Exclusive, NoAnswerError, type Random, halfJitterMs, isRetryable, messageOf } from '@parley/client';
import type { OutboxEntry, OutboxStore, PendingFile } from './outbox-store.js';

interface OutgoingMessage {
  readonly roomId: string;
  readonly clientMsgId: string;
  readonly text: string;
  /** Media ids; absent where there are none. */
  readonly attachments?: string[];
}

export interface OutboxSenderOptions {
  readonly ownUserId: string;
  readonly store: OutboxStore;
  /** @throws NoAnswerError when it is unknown whether the message was accepted, ParleyError when it was not */
  readonly send: (command: OutgoingMessage) => Promise<SentMessage>;
  /** @throws as `send` */
  readonly upload: (file: PendingFile) => Promise<Media>;
  readonly exclusive: Exclusive;
  /** The entry was accepted or refused, or one of its files is on the server. */
  readonly changed: (entry: OutboxEntry) => Promise<void>;
  readonly random: Random;
}

type Step = { done: 'nothing left' | 'sent' } | { done: 'later'; inMs: number | undefined };

/**
 * Empties the queue of each room: one message in flight per room, across tabs too, and the same message again until
 * the server accepts or refuses it. So nothing overtakes within a room.
 */
export class OutboxSender {
  /** Rooms whose queue is being sent; `again` when something came in meanwhile. */
  private readonly draining = new Map<string, 'once' | 'again'>();
  /** Rooms that wait before their next attempt. */
  private readonly waits = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly attempts = new Map<string, number>();
  private isOnline = false;
  private isDisposed = false;

  constructor(private readonly options: OutboxSenderOptions) {}

  /** With a new connection whatever waited goes at once. */
  setOnline(isOnline: boolean, queuedRooms: Iterable<string>): void {
    this.isOnline = isOnline;
    if (!isOnline) return;
    this.attempts.clear();
    this.endWaits();
    for (const roomId of queuedRooms) void this.drain(roomId);
  }

  /** Sends the room's queue, one after another. A second call while one runs makes that one look again. */
  async drain(roomId: string): Promise<void> {
    if (this.waits.has(roomId) || this.isDisposed) return;
    if (this.draining.has(roomId)) {
      this.draining.set(roomId, 'again');
      return;
    }
    try {
      do {
        this.draining.set(roomId, 'once');
        await this.sendQueue(roomId);
      } while (this.draining.get(roomId) === 'again' && !this.waits.has(roomId));
    } catch (error) {
      if (this.isDisposed) return;
      console.warn('the outbox cannot be read', error);
      this.waitThenDrain(roomId, this.waitMs(roomId, error));
    } finally {
      this.draining.delete(roomId);
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.endWaits();
  }

  private async sendQueue(roomId: string): Promise<void> {
    while (this.isOnline && !this.isDisposed) {
      // Another tab may be at it: it holds the lock for one attempt, then the queue is read afresh.
      const step = await this.options.exclusive.run(`parley:outbox:${this.options.ownUserId}:${roomId}`, () => this.sendNext(roomId));
      if (step.done === 'sent') continue;
      if (step.done === 'later' && step.inMs !== undefined) this.waitThenDrain(roomId, step.inMs);
      return;
    }
  }

  private async sendNext(roomId: string): Promise<Step> {
    const entry = await this.options.store.firstQueued(roomId);
    if (!entry || this.isDisposed) return { done: 'nothing left' };
    const { clientMsgId, text, replyTo } = entry;
    let latest = entry;
    try {
      for await (const next of this.withFiles(entry)) {
        latest = next;
        await this.options.changed(latest);
        if (this.isDisposed || !this.isOnline) return { done: 'later', inMs: undefined };
      }
      const attachments = latest.attachments?.map(({ id }) => id) ?? [];
      const { acceptedAt } = await this.options.send({
        roomId,
        clientMsgId,
        text,
        ...(replyTo === undefined ? {} : { replyTo }),
        ...(attachments.length > 0 ? { attachments } : {}),
      });
      this.attempts.delete(clientMsgId);
      await this.options.changed({ ...latest, state: 'accepted', acceptedAt });
      return { done: 'sent' };
    } catch (error) {
      // Without a connection nothing was tried; the next connection goes on.
      if (error instanceof NoAnswerError && error.reason === 'offline') return { done: 'later', inMs: undefined };
      if (mayBeRepeated(error)) return { done: 'later', inMs: this.waitMs(clientMsgId, error) };
      if (!(error instanceof ParleyError)) throw error;
      await this.options.changed({ ...latest, state: 'failed', error: { code: error.code, message: messageOf(error) } });
      return { done: 'sent' };
    }
  }

  /** Brings the files of a message to the server, one after another; each step is a state of the entry that is worth keeping. */
  private async *withFiles(entry: OutboxEntry): AsyncGenerator<OutboxEntry> {
    if (!entry.files) return;
    const { files, ...rest } = entry;
    const media: Media[] = [];
    for (const [index, file] of files.entries()) {
      media.push(file.media ?? (await this.options.upload(file)));
      const done = files.map((each, at) => (at > index ? each : { ...each, media: media[at]! }));
      yield index === files.length - 1 ? { ...rest, attachments: media } : { ...rest, files: done };
    }
  }

  private waitMs(key: string, error: unknown): number {
    const attempt = this.attempts.get(key) ?? 0;
    this.attempts.set(key, attempt + 1);
    const askedMs = error instanceof ParleyError ? (error.retryAfterMs ?? 0) : 0;
    return Math.max(askedMs, halfJitterMs(attempt, this.options.random));
  }

  private waitThenDrain(roomId: string, waitMs: number): void {
    if (this.isDisposed) return;
    const timer = setTimeout(() => {
      this.waits.delete(roomId);
      void this.drain(roomId);
    }, waitMs);
    this.waits.set(roomId, timer);
  }

  private endWaits(): void {
    for (const timer of this.waits.values()) clearTimeout(timer);
    this.waits.clear();
  }
}

/** A token that ran out is no fault of the message: the connection gets a new one. */
function mayBeRepeated(error: unknown): boolean {
  return isRetryable(error) || (error instanceof ParleyError && error.code === 'UNAUTHENTICATED');
}
