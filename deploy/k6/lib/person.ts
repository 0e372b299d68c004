import { setTimeout } from 'k6/timers';
import { Connection } from './connection.ts';
import * as metrics from './metrics.ts';
import type { SocketError } from './live-socket.ts';
import { OpenRooms } from './open-rooms.ts';
import { OwnMessages } from './own-messages.ts';
import { settings } from './settings.ts';

const FIRST_BACK_OFF_MS = 500;
const MAX_BACK_OFF_MS = 10_000;
const POLL_MS = 250;

/** One member at one device, who behaves like the real client and counts what it promises to bring. */
export class Person {
  readonly token: string;
  readonly #roomIds: readonly string[];
  readonly #rooms: OpenRooms;
  readonly #messages: OwnMessages;
  /** The one that all rooms are open by. */
  #connection: Connection | undefined;
  /** The one that is being opened. */
  #coming: Connection | undefined;
  #lostAt: number | undefined;
  #attempts = 0;
  #isLeaving = false;
  #onReady: (() => void) | undefined;

  constructor({ id, token, roomIds }: { readonly id: string; readonly token: string; readonly roomIds: readonly string[] }) {
    this.token = token;
    this.#roomIds = roomIds;
    this.#messages = new OwnMessages(id, () => this.#connection?.socket);
    this.#rooms = new OpenRooms(id, (message) => this.#messages.see(message));
  }

  /** `onReady` is called once, when all rooms are open for the first time. */
  join(onReady: () => void): void {
    this.#onReady = onReady;
    this.#connect();
  }

  write(): void {
    this.#messages.write(this.#anyRoom());
  }

  typing(): void {
    this.#connection?.socket.emit('typing', { roomId: this.#anyRoom(), on: true }, () => undefined);
  }

  read(): void {
    const roomId = this.#anyRoom();
    const seq = this.#rooms.lastSeqOf(roomId);
    if (seq > 0) this.#connection?.socket.emit('room:read', { roomId, seq }, () => undefined);
  }

  /** Looks at another room and comes back. */
  roam(): void {
    const roomId = this.#anyRoom();
    const began = Date.now();
    this.#connection?.socket.emit('room:open', { roomId }, (answer) => {
      if (answer?.ok) metrics.catchUpTime.add(Date.now() - began);
    });
  }

  /** Where a page of the history is read. */
  historyUrl(): string {
    return `${settings.url}/api/chat/rooms/${this.#anyRoom()}/messages?limit=50`;
  }

  /** The line is cut without a goodbye; the person comes back as the real client does. */
  cut(): void {
    this.#connection?.socket.cut();
  }

  /**
   * Leaves when nothing is waited for any more, and counts what is missing. `quietSince` (ms): nobody has sent anything after it.
   * `patienceMs`: for what is on its way, and again for what the last question brought and has not come by itself.
   */
  leave(quietSince: number, patienceMs: number, onGone: () => void, until = Date.now() + patienceMs): void {
    const wait = () => void setTimeout(() => this.leave(quietSince, patienceMs, onGone, until), POLL_MS);
    const isOver = Date.now() >= until;
    const connection = this.#connection;
    if (!isOver && (!connection || !this.#messages.isSettled)) return wait();
    const strand = () => {
      metrics.stranded.add(1);
      this.#go(onGone);
    };
    if (!connection) return strand();
    connection.sync({
      onSynced: (missed) => {
        // What was sent again late is not counted: it is on its way.
        this.#rooms.owe(missed.filter(({ createdAt }) => Date.parse(createdAt) < quietSince));
        this.#awaitOwed(Date.now() + patienceMs, onGone);
      },
      onFailed: () => (Date.now() < until ? wait() : strand()),
    });
  }

  #awaitOwed(until: number, onGone: () => void): void {
    if (this.#rooms.isOwed && Date.now() < until) return void setTimeout(() => this.#awaitOwed(until, onGone), POLL_MS);
    metrics.lost.add(this.#rooms.countLost() + this.#messages.countLost());
    this.#go(onGone);
  }

  #go(onGone: () => void): void {
    this.#isLeaving = true;
    for (const each of [this.#connection, this.#coming]) each?.socket.close();
    onGone();
  }

  #anyRoom(): string {
    return this.#roomIds[Math.floor(Math.random() * this.#roomIds.length)]!;
  }

  /** One that is there goes on until the new one takes its place. */
  #connect(): void {
    const connection: Connection = new Connection(this.token, this.#roomIds, this.#rooms, {
      onOpen: () => this.#takeOver(connection),
      isHeard: () => this.#connection === undefined || this.#connection === connection,
      onDrain: (afterMs) => this.#move(connection, afterMs),
      onEnd: (error) => this.#end(connection, error),
    });
    this.#coming = connection;
  }

  #takeOver(connection: Connection): void {
    this.#connection?.socket.close();
    this.#connection = connection;
    this.#coming = undefined;
    this.#attempts = 0;
    this.#rooms.forgive();
    connection.begin();
    if (this.#lostAt !== undefined) {
      metrics.reconnectTime.add(Date.now() - this.#lostAt);
      metrics.reconnected.add(1);
      this.#lostAt = undefined;
    }
    this.#onReady?.();
    this.#onReady = undefined;
    this.#messages.resend();
  }

  /** The server is going: a new connection is opened at some moment of the time that is left. */
  #move(former: Connection, afterMs: number): void {
    setTimeout(
      () => {
        if (this.#connection !== former || this.#coming || this.#isLeaving) return;
        this.#lostAt ??= Date.now();
        this.#connect();
      },
      Math.random() * afterMs * 0.8,
    );
  }

  #end(connection: Connection, error: SocketError | undefined): void {
    const isCurrent = connection === this.#connection;
    const isComing = connection === this.#coming;
    if (this.#isLeaving || (!isCurrent && !isComing)) return;
    if (isCurrent) this.#connection = undefined;
    else this.#coming = undefined;
    if (!connection.isReady) metrics.connectFailed.add(1, { code: error?.code ?? 'none' });
    this.#lostAt ??= Date.now();
    const most = Math.min(MAX_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    const again = () => {
      if (!this.#isLeaving && !this.#coming && this.#lostAt !== undefined) this.#connect();
    };
    setTimeout(again, error?.retryAfterMs ?? Math.random() * most);
  }
}
