import { setTimeout } from 'k6/timers';
import type { Message, OpenedRoom, ServerPayload, SyncedRooms } from '@parley/contracts';
import * as metrics from './metrics.ts';
import { LiveSocket, type SocketError } from './live-socket.ts';
import type { OpenRooms } from './open-rooms.ts';
import { settings } from './settings.ts';

/** A gap that is not closed by then is asked for. */
const PATIENCE_MS = 3_000;
/** At most so many rooms in one `rooms:sync`. */
const SYNC_ROOMS = 200;
/** A busy gateway lets so many catch up in a second and refuses the others for now, whole or room by room: asked as often at most. */
const QUESTIONS = 15;
const FIRST_ASK_AGAIN_MS = 300;
const MAX_ASK_AGAIN_MS = 3_000;

export interface ConnectionHandlers {
  /** All rooms are open, from where the person is. */
  onOpen(): void;
  /** Whether what comes by this one counts; not when another one has taken its place. */
  isHeard(): boolean;
  onDrain(afterMs: number): void;
  onEnd(error: SocketError | undefined): void;
}

type Frame = ServerPayload<'messages'>;

interface SyncHandlers {
  onSynced(missed: Message[]): void;
  onFailed(): void;
}

/** One connection of a person, who opens all rooms by it; one of several that follow each other. */
export class Connection {
  readonly socket: LiveSocket;
  readonly #rooms: OpenRooms;
  readonly #handlers: ConnectionHandlers;
  /** Of rooms that are being opened or synced: what comes live meanwhile is held back, frame by frame. */
  readonly #held: Map<string, Frame[]>;
  /** Rooms that have been opened by it. */
  readonly #answered = new Set<string>();
  /** Rooms of which a gap will be asked for. */
  readonly #repairing = new Set<string>();
  #isReady = false;

  constructor(token: string, roomIds: readonly string[], rooms: OpenRooms, handlers: ConnectionHandlers) {
    const began = Date.now();
    this.#rooms = rooms;
    this.#handlers = handlers;
    this.#held = new Map(roomIds.map((id) => [id, []]));
    this.socket = new LiveSocket(
      settings.url,
      { token },
      {
        onEvent: (name, payload) => {
          if (name !== 'ready') return this.#hear(name, payload);
          metrics.connectTime.add(Date.now() - began);
          this.#isReady = true;
          this.#open(roomIds);
        },
        onEnd: (error) => handlers.onEnd(error),
      },
    );
  }

  /** The server has let it in. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** What was held back counts from now on: no other connection is heard any more. */
  begin(): void {
    for (const roomId of [...this.#held.keys()]) if (this.#answered.has(roomId)) this.#release(roomId);
  }

  /** Brings open rooms up to date, by default all; hands over the messages that were new by it. */
  sync(done: SyncHandlers, roomIds = this.#rooms.ids, questions = QUESTIONS): void {
    const asked = roomIds.slice(0, SYNC_ROOMS);
    const began = Date.now();
    this.socket.emit('rooms:sync', { rooms: asked.map((roomId) => this.#rooms.position(roomId)) }, (answer) => {
      if (!answer || (!answer.ok && !answer.error.retryable)) return done.onFailed();
      if (answer.ok) metrics.catchUpTime.add(Date.now() - began);
      const { missed, refused } = answer.ok ? this.#catchUp((answer.data as SyncedRooms).rooms) : { missed: [], refused: asked };
      const left = [...refused, ...roomIds.slice(SYNC_ROOMS)];
      if (left.length === 0) return done.onSynced(missed);
      if (refused.length > 0 && questions === 1) return done.onFailed();
      const rest = { ...done, onSynced: (more: Message[]) => done.onSynced([...missed, ...more]) };
      if (refused.length === 0) return this.sync(rest, left, questions);
      const waitMs = answer.ok ? undefined : answer.error.retryAfterMs;
      setTimeout(() => this.sync(rest, left, questions - 1), waitMs ?? FIRST_ASK_AGAIN_MS + Math.random() * MAX_ASK_AGAIN_MS);
    });
  }

  /** Takes an answer; which rooms were refused for now. */
  #catchUp(rooms: SyncedRooms['rooms']): { readonly missed: Message[]; readonly refused: string[] } {
    const missed: Message[] = [];
    const refused: string[] = [];
    for (const room of rooms) {
      if ('error' in room) {
        refused.push(room.roomId);
        continue;
      }
      this.#repairing.delete(room.roomId);
      missed.push(...this.#rooms.catchUp(room));
      this.#answer(room.roomId);
    }
    return { missed, refused };
  }

  #open(roomIds: readonly string[]): void {
    const known = this.#rooms.ids;
    const news = roomIds.filter((id) => !this.#rooms.has(id));
    let waiting = news.length + (known.length > 0 ? 1 : 0);
    const part = () => {
      waiting -= 1;
      if (waiting === 0) this.#handlers.onOpen();
    };
    if (known.length > 0) this.sync({ onSynced: part, onFailed: () => this.socket.cut() });
    for (const roomId of news) this.#openFirst(roomId, part);
  }

  #openFirst(roomId: string, onOpen: () => void): void {
    const began = Date.now();
    this.socket.emit('room:open', { roomId }, (answer) => {
      if (!answer?.ok) return this.socket.cut();
      metrics.catchUpTime.add(Date.now() - began);
      this.#rooms.begin(roomId, answer.data as OpenedRoom);
      this.#answer(roomId);
      onOpen();
    });
  }

  #answer(roomId: string): void {
    this.#answered.add(roomId);
    if (this.#handlers.isHeard()) this.#release(roomId);
  }

  #release(roomId: string): void {
    const held = this.#held.get(roomId);
    this.#held.delete(roomId);
    for (const frame of held ?? []) this.#take(frame);
  }

  #hear(name: string, payload: unknown): void {
    if (!this.#isReady) return;
    switch (name) {
      case 'messages':
        return this.#take(payload as Frame);
      case 'room:head': {
        const { roomId, head } = payload as ServerPayload<'room:head'>;
        if (this.#rooms.has(roomId) && head > this.#rooms.lastSeqOf(roomId)) this.#repairSoon(roomId);
        return;
      }
      case 'server:drain':
        return this.#handlers.onDrain((payload as ServerPayload<'server:drain'>).afterMs);
      default:
    }
  }

  #take(frame: Frame): void {
    const held = this.#held.get(frame.roomId);
    if (held) return void held.push(frame);
    if (this.#handlers.isHeard() && this.#rooms.take(frame) === 'gap') this.#repairSoon(frame.roomId);
  }

  #repairSoon(roomId: string): void {
    if (this.#repairing.has(roomId)) return;
    this.#repairing.add(roomId);
    const last = this.#rooms.lastSeqOf(roomId);
    setTimeout(() => {
      this.#repairing.delete(roomId);
      if (this.socket.isOver || !this.#handlers.isHeard() || this.#rooms.lastSeqOf(roomId) > last) return;
      metrics.repaired.add(1);
      this.sync({ onSynced: () => undefined, onFailed: () => this.socket.cut() }, [roomId]);
    }, PATIENCE_MS);
  }
}
