import type { Media, Message } from '@parley/contracts';
import { v7 as uuidv7 } from 'uuid';
import type { Random, TabChannel } from '@parley/client';
import { OutboxSender, type OutboxSenderOptions } from './outbox-sender.js';
import type { NewOutboxEntry, OutboxEntry, PendingFile } from './outbox-store.js';
import { Store } from './store.js';

/** What people see of their own message until it arrives in the room. */
export type PendingMessage = NewOutboxEntry;

export interface OutboxOptions extends Pick<OutboxSenderOptions, 'ownUserId' | 'store' | 'send' | 'upload' | 'exclusive'> {
  readonly channel: TabChannel<'changed'>;
  readonly random?: Random;
}

/** An accepted message that nobody saw arriving: the page was closed meanwhile, say. */
const ACCEPTED_KEEP_MS = 60_000;
/** Another tab sends what it wrote; if that takes longer, the tab may have been closed. */
const ADOPT_AFTER_MS = 10_000;
/** Acceptance and storage are stamped by different machines. */
const CLOCK_SLACK_MS = 5_000;

/**
 * Messages on their way out. Each is stored before it is sent, keeps its `clientMsgId` through every repeat, and stays
 * on screen until its arrival in the room is seen or people discard it.
 */
export class Outbox {
  readonly store = new Store<readonly PendingMessage[]>([]);
  private readonly sender: OutboxSender;
  /** On screen, not in the store: on their way there, or it would not take them. */
  private readonly unwritten = new Set<string>();
  /** Arrived or discarded: a reading of the store that began before must not bring them back. */
  private readonly gone = new Set<string>();
  private writing: Promise<unknown> = Promise.resolve();
  private adoption: ReturnType<typeof setTimeout> | undefined;
  private readonly random: Random;
  private isOnline = false;
  private isDisposed = false;

  constructor(private readonly options: OutboxOptions) {
    this.random = options.random ?? Math.random;
    this.sender = new OutboxSender({ ...options, random: this.random, changed: (entry) => this.change(entry) });
    options.channel.listen(() => void this.noticeOtherTab());
  }

  /** Messages that the server has not accepted. */
  get unsentCount(): number {
    return this.store.get().filter((entry) => entry.state !== 'accepted').length;
  }

  /** Shows what an earlier page left behind; it is sent with the next connection. */
  async start(): Promise<void> {
    const oldest = Date.now() - ACCEPTED_KEEP_MS;
    for (const entry of await this.options.store.all())
      if (entry.state === 'accepted' && Date.parse(entry.createdAt) < oldest) await this.options.store.remove(entry.clientMsgId);
    await this.reload();
    this.setOnline(this.isOnline);
  }

  /** The connection came or went. */
  setOnline(isOnline: boolean): void {
    this.isOnline = isOnline;
    this.sender.setOnline(isOnline, this.queuedRooms());
  }

  /** On screen at once; stored, then sent. `files` are those that are not all on the server: they go there first. */
  async enqueue(
    roomId: string,
    text: string,
    attachments: readonly Media[] = [],
    replyTo?: string,
    files: readonly PendingFile[] = [],
  ): Promise<void> {
    const createdAt = new Date().toISOString();
    const entry: NewOutboxEntry = {
      clientMsgId: uuidv7(),
      roomId,
      text,
      attachments,
      createdAt,
      state: 'queued',
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(files.length > 0 ? { files } : {}),
    };
    this.store.update((pending) => [...pending, entry]);
    await this.write(entry);
  }

  /** A refused message goes to the end of the queue, under its old id. */
  async retry(clientMsgId: string): Promise<void> {
    const refused = this.store.get().find((entry) => entry.clientMsgId === clientMsgId);
    if (refused?.state !== 'failed') return;
    const { error: _, ...rest } = refused;
    const entry: NewOutboxEntry = { ...rest, state: 'queued' };
    this.store.update((pending) => [...pending.filter((known) => known !== refused), entry]);
    this.unwritten.add(clientMsgId);
    await this.options.store.remove(clientMsgId);
    await this.write(entry);
  }

  /** Only for what was refused: what may have been accepted cannot be called back. */
  async discard(clientMsgId: string): Promise<void> {
    if (this.store.get().find((entry) => entry.clientMsgId === clientMsgId)?.state !== 'failed') return;
    this.forget(clientMsgId);
    await this.options.store.remove(clientMsgId);
    this.options.channel.post('changed');
  }

  /** These messages are in the timeline: what is under way under their ids is done. */
  settle(messages: readonly Message[]): void {
    if (this.store.get().length === 0) return;
    const pending = new Set(this.store.get().map((entry) => entry.clientMsgId));
    for (const message of messages)
      if (message.sender?.id === this.options.ownUserId && pending.has(message.clientMsgId)) this.remove(message.clientMsgId);
  }

  /**
   * The newest page of a room replaced what was there: accepted messages older than its newest are stored behind the
   * gap above it and will not come by again.
   */
  settleBefore(roomId: string, newestCreatedAt: string): void {
    const limit = Date.parse(newestCreatedAt) - CLOCK_SLACK_MS;
    for (const { clientMsgId, acceptedAt, ...entry } of this.store.get())
      if (entry.roomId === roomId && acceptedAt !== undefined && Date.parse(acceptedAt) <= limit) this.remove(clientMsgId);
  }

  async clear(): Promise<void> {
    for (const { clientMsgId } of this.store.get()) this.forget(clientMsgId);
    await this.options.store.clear();
    this.options.channel.post('changed');
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.adoption);
    this.sender.dispose();
    this.options.channel.close();
    this.options.store.close();
  }

  private async write(entry: NewOutboxEntry): Promise<void> {
    this.unwritten.add(entry.clientMsgId);
    // One after another: the order of the queue is the order in which people pressed the key.
    const written = this.writing.then(() => this.options.store.add(entry));
    this.writing = written.catch(() => undefined);
    try {
      await written;
    } catch (error) {
      // A full disk, say: better on screen with its text to copy than gone.
      console.warn('the outbox cannot be written', error);
      this.show({ ...entry, state: 'failed', error: { code: 'UNAVAILABLE', message: 'This device could not store the message.' } });
      return;
    }
    this.unwritten.delete(entry.clientMsgId);
    this.options.channel.post('changed');
    await this.sender.drain(entry.roomId);
  }

  private async change(entry: OutboxEntry): Promise<void> {
    // Gone from the store: its arrival was seen before the acknowledgement.
    if (!(await this.options.store.update(entry))) return;
    this.show(entry);
    this.options.channel.post('changed');
  }

  private async noticeOtherTab(): Promise<void> {
    await this.reload();
    clearTimeout(this.adoption);
    if (this.isDisposed || this.queuedRooms().size === 0) return;
    this.adoption = setTimeout(
      () => {
        for (const roomId of this.queuedRooms()) void this.sender.drain(roomId);
      },
      ADOPT_AFTER_MS * (1 + this.random()),
    );
  }

  private async reload(): Promise<void> {
    const stored = await this.options.store.all().catch(() => undefined);
    if (!stored || this.isDisposed) return;
    const known = new Set(stored.map((entry) => entry.clientMsgId));
    const unwritten = this.store.get().filter((entry) => this.unwritten.has(entry.clientMsgId) && !known.has(entry.clientMsgId));
    this.store.set([...stored.filter((entry) => !this.gone.has(entry.clientMsgId)), ...unwritten]);
  }

  private queuedRooms(): Set<string> {
    const queued = this.store.get().filter((entry) => entry.state === 'queued');
    return new Set(queued.map((entry) => entry.roomId));
  }

  private show(entry: NewOutboxEntry): void {
    this.store.update((pending) => pending.map((known) => (known.clientMsgId === entry.clientMsgId ? entry : known)));
  }

  private remove(clientMsgId: string): void {
    this.forget(clientMsgId);
    this.options.store
      .remove(clientMsgId)
      .then(() => this.options.channel.post('changed'))
      .catch((error: unknown) => {
        // It is shown once more after a reload, and settled again by the first page of its room.
        if (!this.isDisposed) console.warn('the outbox cannot be written', error);
      });
  }

  private forget(clientMsgId: string): void {
    this.gone.add(clientMsgId);
    this.unwritten.delete(clientMsgId);
    this.store.update((pending) => pending.filter((entry) => entry.clientMsgId !== clientMsgId));
  }
}
