import type { HistoryAnswer, Message, MessageChange, MessagesBatch, OpenedRoom, OpenRoom, RoomHead } from '@parley/contracts';
import { type Random, halfJitterMs, isRetryable } from '@parley/client';
import type { HistoryPosition } from '../net/chat-api.js';
import { errorText } from '../texts/error-text.js';
import { gapsIn, MessageWindow, type Gap } from './message-window.js';
import { Store } from './store.js';

export interface Timeline {
  /** `opening`: nothing to show yet. `failed`: the server refused, `error` says why. */
  readonly status: 'opening' | 'ready' | 'failed';
  readonly error?: string;
  readonly messages: readonly Message[];
  readonly gaps: readonly Gap[];
  readonly hasMoreBefore: boolean;
  readonly isLoadingBefore: boolean;
  /** Why older messages could not be loaded. */
  readonly beforeError?: string;
  /** The read marker when the room was opened: where the line "new" goes. */
  readonly openedAtSeq?: number;
}

export interface TimelineSource {
  /** Opens the room at this position and hands the answer to `applyOpened`. */
  open(position: OpenRoom): Promise<void>;
  history(roomId: string, position: HistoryPosition, limit: number): Promise<HistoryAnswer>;
  /** These messages are now in the timeline, by whatever way they came. */
  shown(messages: readonly Message[]): void;
}

/** The end of a gap that is filled first: the one that is nearer to the reader. */
export type GapEnd = 'upper' | 'lower';

/** What is on its way in another frame usually comes within this time; then it is asked for. */
const REPAIR_WAIT_MS = 200;
const PAGE = 50;
const GAP_PAGE = 200;
/** Rows kept around what is on screen; the others are loaded again on demand. */
const KEEP_ROWS = 500;

/**
 * The messages of one open room: in `seq` order, without silent holes. Live frames may be lost, doubled or late; what
 * is missing is asked for once at a time, until it is there.
 */
export class RoomTimeline {
  readonly store = new Store<Timeline>({ status: 'opening', messages: [], gaps: [], hasMoreBefore: false, isLoadingBefore: false });
  private readonly window = new MessageWindow();
  private repairTimer: ReturnType<typeof setTimeout> | undefined;
  private resuming: Promise<void> | undefined;
  private failures = 0;
  private refusal: string | undefined;
  private openedAtSeq: number | undefined;
  private isClosed = false;
  private isPaused = false;
  private isLoadingBefore = false;
  private beforeError: string | undefined;
  private readonly loadingGaps = new Set<number>();

  constructor(
    readonly roomId: string,
    private readonly source: TimelineSource,
    private readonly random: Random = Math.random,
  ) {}

  get lastSeq(): number {
    return this.window.lastSeq;
  }

  /** Opens the room, or catches up after a time without its stream. Single flight; failures that may pass are repeated. */
  resume(): Promise<void> {
    clearTimeout(this.repairTimer);
    this.repairTimer = undefined;
    this.isPaused = false;
    this.resuming ??= this.askForMissed().finally(() => {
      this.resuming = undefined;
      if (this.window.isBehind || this.failures > 0) this.repairSoon();
    });
    return this.resuming;
  }

  /** The room left the screen: what is missing is asked for when it comes back (`resume`). */
  pause(): void {
    this.isPaused = true;
    clearTimeout(this.repairTimer);
    this.repairTimer = undefined;
  }

  applyLive(batch: MessagesBatch): void {
    this.afterChange(this.window.live(batch.epoch, batch.messages));
  }

  applyChange(change: MessageChange): void {
    if (this.window.epoch !== undefined && change.epoch !== this.window.epoch) return void this.resume();
    this.window.applyChange(change);
    this.afterChange([]);
  }

  applyHead(head: RoomHead): void {
    if (this.window.epoch === undefined) return;
    if (head.epoch !== this.window.epoch) return void this.resume();
    this.window.noteHead(head.head, head.changes);
    if (this.window.isBehind) this.repairSoon();
  }

  /** The answer to `room:open`, or this room's part of a `rooms:sync`. */
  applyOpened(opened: OpenedRoom): void {
    this.failures = 0;
    this.refusal = undefined;
    this.openedAtSeq ??= opened.readSeq;
    this.afterChange(this.window.open(opened));
    // All of it was out of date and went: the newest page takes its place.
    if (this.window.messages.length === 0 && this.window.hasMoreBefore) void this.loadBefore();
  }

  /** The server will not show this room (any more). */
  applyRefusal(error: unknown): void {
    this.failures = 0;
    this.refusal = errorText(error);
    this.publish();
  }

  async loadBefore(): Promise<void> {
    if (this.isLoadingBefore || !this.window.hasMoreBefore || this.window.epoch === undefined) return;
    this.isLoadingBefore = true;
    this.beforeError = undefined;
    this.publish();
    try {
      await this.insert({ before: this.window.messages[0]?.seq ?? this.window.lastSeq + 1 }, PAGE);
    } catch (error) {
      this.beforeError = errorText(error);
    } finally {
      this.isLoadingBefore = false;
      this.publish();
    }
  }

  /** Loads what is missing, 200 at a time. */
  async fillGap({ after, before }: Gap, end: GapEnd): Promise<void> {
    if (this.loadingGaps.has(before)) return;
    this.loadingGaps.add(before);
    try {
      await this.insert(end === 'upper' ? { after } : { before }, Math.min(GAP_PAGE, before - after - 1));
    } catch {
      // The gap stays on screen with its button.
    } finally {
      this.loadingGaps.delete(before);
      this.publish();
    }
  }

  /**
   * Loads the messages around this one, if they are not there. @returns whether it can be shown: there are no others
   * than those of the room's history
   */
  async reach(seq: number): Promise<boolean> {
    // Until it is known how far the room goes, nothing can be put in its place.
    await this.resuming;
    const isThere = () => this.window.messages.some((message) => message.seq === seq);
    if (isThere()) return true;
    try {
      await this.insert({ around: seq }, PAGE);
    } catch {
      // Said by its absence: the view stays where it is.
      return false;
    }
    this.publish();
    return isThere();
  }

  /** Forgets what is far from the message on screen; without one, from the newest. */
  trim(seqOnScreen?: number): void {
    if (this.window.messages.length <= 2 * KEEP_ROWS) return;
    if (seqOnScreen === undefined) this.window.trimTo(KEEP_ROWS);
    else this.window.trimAround(seqOnScreen, 2 * KEEP_ROWS - 2 * PAGE, PAGE);
    this.publish();
  }

  /** The next time this room is opened the line "new" is drawn afresh. */
  forgetReadLine(): void {
    this.openedAtSeq = undefined;
    this.publish();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.repairTimer);
  }

  private afterChange(applied: readonly Message[]): void {
    if (applied.length > 0) this.source.shown(applied);
    this.publish();
    // While a question was not answered, what comes live says nothing about what else was missed.
    if (this.window.isBehind || this.failures > 0) return this.repairSoon();
    clearTimeout(this.repairTimer);
    this.repairTimer = undefined;
  }

  private repairSoon(): void {
    if (this.repairTimer !== undefined || this.resuming || this.isPaused || this.isClosed || this.refusal !== undefined) return;
    const waitMs = this.failures > 0 ? halfJitterMs(this.failures - 1, this.random) : REPAIR_WAIT_MS * (0.75 + this.random() / 2);
    this.repairTimer = setTimeout(() => {
      this.repairTimer = undefined;
      void this.resume();
    }, waitMs);
  }

  private async askForMissed(): Promise<void> {
    const { epoch, lastSeq, lastChange } = this.window;
    const before = this.failures;
    try {
      await this.source.open(epoch === undefined ? { roomId: this.roomId } : { roomId: this.roomId, epoch, lastSeq, lastChange });
      // Nothing came although something is missing: ask again, but ever more slowly.
      if (this.window.isBehind && this.window.lastSeq === lastSeq && this.window.lastChange === lastChange) this.failures = before + 1;
    } catch (error) {
      if (this.isClosed) return;
      if (isRetryable(error)) this.failures = before + 1;
      else this.applyRefusal(error);
    }
  }

  private async insert(position: HistoryPosition, limit: number): Promise<void> {
    const page = await this.source.history(this.roomId, position, limit);
    if (this.isClosed) return;
    if (this.window.insertOlder(page)) this.source.shown(page.messages);
    else await this.resume();
  }

  private publish(): void {
    if (this.isClosed) return;
    const { messages } = this.window;
    const isOpen = this.window.epoch !== undefined;
    this.store.set({
      status: this.refusal !== undefined ? 'failed' : isOpen ? 'ready' : 'opening',
      messages,
      gaps: gapsIn(messages),
      hasMoreBefore: isOpen && this.window.hasMoreBefore,
      isLoadingBefore: this.isLoadingBefore,
      ...(this.refusal === undefined ? {} : { error: this.refusal }),
      ...(this.beforeError === undefined ? {} : { beforeError: this.beforeError }),
      ...(this.openedAtSeq === undefined ? {} : { openedAtSeq: this.openedAtSeq }),
    });
  }
}
