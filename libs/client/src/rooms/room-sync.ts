import {
  LIMITS,
  ParleyError,
  type ClientAnswer,
  type ClientEventName,
  type ClientPayloadInput,
  type ErrorCode,
  type HistoryAnswer,
  type Message,
  type MessageChange,
  type MessagesBatch,
  type OpenedRoom,
  type RoomHead,
} from '@parley/contracts';
import { delay } from '../delay.js';
import { isRetryable, NoAnswerError } from '../no-answer-error.js';
import { Patience } from '../patience.js';
import { RoomReplica } from './room-replica.js';

export interface RoomSyncPorts {
  /** Once, on the connection of the moment. */
  readonly emit: <E extends ClientEventName>(event: E, payload: ClientPayloadInput<E>) => Promise<ClientAnswer<E>>;
  /** Until there is a definite answer, over reconnects. */
  readonly repeat: <E extends ClientEventName>(event: E, payload: ClientPayloadInput<E>) => Promise<ClientAnswer<E>>;
  readonly historyAfter: (roomId: string, seq: number) => Promise<HistoryAnswer>;
  readonly onReceived: (message: Message, isNew: boolean) => void;
  readonly onRestarted: (roomId: string) => void;
  readonly signal: AbortSignal;
  /** How long a hole may close by itself before the client asks. */
  readonly gapWaitMs: number;
}

/** Keeps the timelines of the open rooms whole: after a reconnect, after a lost event, after too long an absence. */
export class RoomSync {
  readonly timelines = new Map<string, RoomReplica>();
  /** Why rooms that were open no longer are. */
  readonly failures = new Map<string, ErrorCode>();
  /** Holes that did not close by themselves. */
  repairs = 0;
  readonly #repairing = new Set<string>();

  constructor(private readonly ports: RoomSyncPorts) {}

  async open(roomId: string): Promise<RoomReplica> {
    const known = this.timelines.get(roomId);
    if (known?.isOpened) return known;
    const timeline = known ?? new RoomReplica(roomId, this.ports.onReceived);
    this.timelines.set(roomId, timeline);
    try {
      timeline.start(await this.ports.repeat('room:open', { roomId }));
    } catch (error) {
      this.timelines.delete(roomId);
      throw error;
    }
    return timeline;
  }

  async close(roomId: string): Promise<void> {
    this.timelines.delete(roomId);
    await this.ports.repeat('room:close', { roomId });
  }

  take(batch: MessagesBatch): void {
    const timeline = this.timelines.get(batch.roomId);
    timeline?.apply(batch.epoch, batch.messages);
    this.#watch(timeline);
  }

  change(change: MessageChange): void {
    const timeline = this.timelines.get(change.roomId);
    timeline?.applyChange(change);
    this.#watch(timeline);
  }

  noteHead(head: RoomHead): void {
    const timeline = this.timelines.get(head.roomId);
    timeline?.noteHead(head.epoch, head.head, head.changes);
    this.#watch(timeline);
  }

  /** After a reconnect: opens all rooms again and fetches what was missed. A lost connection ends it; the next one resumes. */
  async resume(): Promise<void> {
    const opened = [...this.timelines.values()].filter((timeline) => timeline.isOpened);
    for (let from = 0; from < opened.length; from += LIMITS.syncRoomsMax) await this.#sync(opened.slice(from, from + LIMITS.syncRoomsMax));
  }

  #watch(timeline: RoomReplica | undefined): void {
    if (!timeline || !(timeline.isBehind || timeline.isOutdated) || this.#repairing.has(timeline.roomId)) return;
    this.#repairing.add(timeline.roomId);
    this.#repair(timeline)
      .catch((error: unknown) => {
        if (!this.ports.signal.aborted) throw error;
      })
      .finally(() => this.#repairing.delete(timeline.roomId));
  }

  async #repair(timeline: RoomReplica): Promise<void> {
    for (;;) {
      await delay(this.ports.gapWaitMs * (0.75 + Math.random() / 2), this.ports.signal);
      const isOpen = this.timelines.get(timeline.roomId) === timeline;
      if (!isOpen || !(timeline.isBehind || timeline.isOutdated)) return;
      this.repairs += 1;
      if (!(await this.#sync([timeline]))) return;
    }
  }

  /** False when the connection was lost on the way. */
  async #sync(timelines: readonly RoomReplica[], patience = new Patience()): Promise<boolean> {
    const positions = () => timelines.map(({ roomId, epoch, lastSeq, lastChange }) => ({ roomId, epoch, lastSeq, lastChange }));
    const answer = await this.#whileConnected('rooms:sync', () => ({ rooms: positions() }));
    if (!answer) return false;
    const unanswered: RoomReplica[] = [];
    for (const room of answer.rooms) {
      const timeline = this.timelines.get(room.roomId);
      if (!timeline) continue;
      if (!('error' in room)) {
        if (!(await this.#catchUpOrDrop(timeline, room))) return false;
      } else if (new ParleyError(room.error.code).isRetryable) unanswered.push(timeline);
      else this.#drop(room.roomId, room.error.code);
    }
    if (unanswered.length === 0) return true;
    await patience.wait(this.ports.signal);
    return this.#sync(unanswered, patience);
  }

  /** Who was thrown out while catching up loses this room and no other. */
  async #catchUpOrDrop(timeline: RoomReplica, answer: OpenedRoom): Promise<boolean> {
    try {
      return await this.#catchUp(timeline, answer);
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      this.#drop(timeline.roomId, error.code);
      return true;
    }
  }

  async #catchUp(timeline: RoomReplica, answer: OpenedRoom): Promise<boolean> {
    let page = answer;
    const isSpent = !page.recovered && page.messages.length === 0 && page.head > 0;
    if (isSpent) {
      const { roomId, epoch, lastSeq, lastChange } = timeline;
      const opened = await this.#whileConnected('room:open', () => ({ roomId, epoch, lastSeq, lastChange }));
      if (!opened) return false;
      page = opened;
    }
    if (page.epoch !== timeline.epoch) {
      this.ports.onRestarted(timeline.roomId);
      timeline.start(page);
      return true;
    }
    timeline.applyChanged(page);
    timeline.apply(page.epoch, page.messages);
    timeline.noteHead(page.epoch, page.head, page.changes);
    const first = page.messages[0]?.seq ?? 0;
    const patience = new Patience();
    while (!page.recovered && timeline.lastSeq + 1 < first && !timeline.isOutdated) {
      try {
        const missed = await this.ports.historyAfter(timeline.roomId, timeline.lastSeq);
        timeline.apply(missed.epoch, missed.messages);
        patience.reset();
      } catch (error) {
        if (!isRetryable(error)) throw error;
        await patience.wait(this.ports.signal);
      }
    }
    if (timeline.isStale) {
      const { roomId } = timeline;
      const anew = await this.#whileConnected('room:open', () => ({ roomId }));
      if (!anew) return false;
      timeline.start(anew);
    }
    this.#watch(timeline);
    return true;
  }

  #drop(roomId: string, code: ErrorCode): void {
    this.failures.set(roomId, code);
    this.timelines.delete(roomId);
  }

  async #whileConnected<E extends ClientEventName>(event: E, payload: () => ClientPayloadInput<E>): Promise<ClientAnswer<E> | undefined> {
    const patience = new Patience();
    for (;;) {
      try {
        return await this.ports.emit(event, payload());
      } catch (error) {
        if (error instanceof NoAnswerError) return undefined;
        if (!isRetryable(error)) throw error;
        await patience.wait(this.ports.signal, error instanceof ParleyError ? error.retryAfterMs : 0);
      }
    }
  }
}
