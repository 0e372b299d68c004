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

export interface ConnectionHandlers {
  /** All rooms are open, from where the person is. */
  onOpen(): void;
  /** Whether what comes by this one counts; not when another one has taken its place. */
  isHeard(): boolean;
  onDrain(afterMs: number): void;
  onEnd(error: SocketError | undefined): void;
}

interface SyncHandlers {
  onSynced(missed: Message[]): void;
  onFailed(): void;
}

/** One connection of a person, who opens all rooms by it; one of several that follow each other. */
export class Connection {
  readonly socket: LiveSocket;
  readonly #rooms: OpenRooms;
  readonly #handlers: ConnectionHandlers;
  /** Of rooms that are being opened or synced: what comes live meanwhile is held back. */
  readonly #held: Map<string, Message[]>;
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

  /** Brings open rooms up to date, by default all; hands over the messages that were new by it. */
  sync(done: SyncHandlers, roomIds = this.#rooms.ids): void {
    const rooms = roomIds.slice(0, SYNC_ROOMS).map((roomId) => this.#rooms.position(roomId));
    const began = Date.now();
    this.socket.emit('rooms:sync', { rooms }, (answer) => {
      if (!answer?.ok) return done.onFailed();
      metrics.catchUpTime.add(Date.now() - began);
      const missed: Message[] = [];
      for (const room of (answer.data as SyncedRooms).rooms)
        if (!('error' in room)) {
          this.#repairing.delete(room.roomId);
          missed.push(...this.#rooms.catchUp(room));
          this.#release(room.roomId);
        }
      if (roomIds.length <= SYNC_ROOMS) return done.onSynced(missed);
      this.sync({ ...done, onSynced: (more) => done.onSynced([...missed, ...more]) }, roomIds.slice(SYNC_ROOMS));
    });
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
      this.#release(roomId);
      onOpen();
    });
  }

  #release(roomId: string): void {
    const held = this.#held.get(roomId);
    this.#held.delete(roomId);
    for (const message of held ?? []) this.#take(message);
  }

  #hear(name: string, payload: unknown): void {
    if (!this.#isReady) return;
    switch (name) {
      case 'messages':
        for (const message of (payload as ServerPayload<'messages'>).messages) this.#take(message);
        return;
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

  #take(message: Message): void {
    const held = this.#held.get(message.roomId);
    if (held) return void held.push(message);
    if (this.#handlers.isHeard() && this.#rooms.take(message) === 'gap') this.#repairSoon(message.roomId);
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
