import { setTimeout } from 'k6/timers';
import type { Message, OpenedRoom, ServerPayload, SyncedRooms } from '@parley/contracts';
import * as metrics from './metrics.ts';
import { LiveSocket, type Answer, type SocketError } from './live-socket.ts';
import { RoomOrder } from './room-order.ts';
import { settings } from './settings.ts';

const FIRST_BACK_OFF_MS = 500;
const MAX_BACK_OFF_MS = 10_000;
const RETRY_MS = 300;
/** A gap that is not closed by then is asked for. */
const PATIENCE_MS = 3_000;
/** Gateways let so many catch up in a second, and refuse the others for now: the last question is asked as often at most. */
const LAST_QUESTIONS = 15;
/** At most so many rooms in one `rooms:sync`. */
const SYNC_ROOMS = 200;

interface Room {
  readonly order: RoomOrder;
  epoch: number;
  isAsked: boolean;
}

interface Send {
  readonly roomId: string;
  readonly at: number;
}

/** Rooms that are being synced: what comes live in them meanwhile is held back. */
type Held = Map<string, Message[]>;

interface Connection {
  readonly socket: LiveSocket;
  held: Held;
}

interface SyncHandlers {
  onSynced(missed: Message[]): void;
  onFailed(): void;
}

/** One member at one device, who behaves like the real client and counts what it promises to bring. */
export class Person {
  readonly #id: string;
  readonly #token: string;
  readonly #roomIds: readonly string[];
  readonly #rooms = new Map<string, Room>();
  readonly #unanswered = new Map<string, Send>();
  /** Acknowledged and not seen in the room yet. */
  readonly #unseen = new Map<string, Send>();
  readonly #seenOwn = new Set<string>();
  #connection: Connection | undefined;
  #lostAt: number | undefined;
  #attempts = 0;
  #written = 0;
  #isLeaving = false;
  #onReady: (() => void) | undefined;

  constructor(who: { readonly id: string; readonly token: string; readonly roomIds: readonly string[] }) {
    this.#id = who.id;
    this.#token = who.token;
    this.#roomIds = who.roomIds;
  }

  get isConnected(): boolean {
    return this.#connection !== undefined;
  }

  /** `onReady` is called once, when all rooms are open for the first time. */
  join(onReady: () => void): void {
    this.#onReady = onReady;
    this.#connect();
  }

  write(): void {
    const roomId = this.#anyRoom();
    const clientMsgId = `${this.#id.slice(0, 18)}-${Date.now().toString(36)}-${this.#written}`;
    this.#written += 1;
    metrics.sent.add(1);
    this.#unanswered.set(clientMsgId, { roomId, at: Date.now() });
    this.#send(clientMsgId);
  }

  typing(): void {
    this.#connection?.socket.emit('typing', { roomId: this.#anyRoom(), on: true }, () => undefined);
  }

  read(): void {
    const roomId = this.#anyRoom();
    const seq = this.#rooms.get(roomId)?.order.last ?? 0;
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

  get token(): string {
    return this.#token;
  }

  /** The line is cut without a goodbye; the person comes back as the real client does. */
  cut(): void {
    this.#connection?.socket.cut();
  }

  /** Nothing is waited for any more: neither an answer nor a message of one's own. */
  get isSettled(): boolean {
    return this.#unanswered.size === 0 && this.#unseen.size === 0;
  }

  /** Asks one last time for what is missing, counts it and leaves. `quietSince` (ms): nobody has sent anything after it. */
  leave(quietSince: number, onGone: () => void, attempts = LAST_QUESTIONS): void {
    const finish = (lost: number) => {
      let missing = 0;
      for (const { order } of this.#rooms.values()) missing += order.missing;
      metrics.lost.add(lost + missing + this.#unseen.size);
      this.#isLeaving = true;
      this.#connection?.socket.close();
      onGone();
    };
    if (!this.#connection) return finish(1); // whoever cannot come back within that time has lost everything
    // What was sent again late is not counted: it is on its way.
    const count = (missed: Message[]) => finish(missed.filter(({ createdAt }) => Date.parse(createdAt) < quietSince).length);
    const failed = () => {
      if (attempts === 1) return finish(1);
      setTimeout(() => this.leave(quietSince, onGone, attempts - 1), RETRY_MS + Math.random() * PATIENCE_MS);
    };
    this.#sync(this.#connection, { onSynced: count, onFailed: failed });
  }

  #anyRoom(): string {
    return this.#roomIds[Math.floor(Math.random() * this.#roomIds.length)]!;
  }

  #connect(onOpen?: () => void): void {
    const began = Date.now();
    let connection: Connection | undefined = undefined;
    const socket = new LiveSocket(
      settings.url,
      { token: this.#token },
      {
        onEvent: (name, payload) => {
          if (name === 'ready') {
            metrics.connectTime.add(Date.now() - began);
            connection = { socket, held: new Map(this.#roomIds.map((id) => [id, []])) };
            this.#open(connection, onOpen);
          } else if (connection) this.#hear(connection, name, payload);
        },
        onEnd: (error) => this.#end(connection, error),
      },
    );
  }

  /** Opens all rooms, from where this person is; only then the connection takes over from a former one. */
  #open(connection: Connection, onOpen?: () => void): void {
    const done = () => {
      onOpen?.();
      this.#connection = connection;
      this.#attempts = 0;
      if (this.#lostAt !== undefined) {
        metrics.reconnectTime.add(Date.now() - this.#lostAt);
        metrics.reconnected.add(1);
        this.#lostAt = undefined;
      }
      this.#onReady?.();
      this.#onReady = undefined;
      for (const clientMsgId of this.#unanswered.keys()) this.#send(clientMsgId);
    };
    const news = this.#roomIds.filter((id) => !this.#rooms.has(id));
    let waiting = news.length + (this.#rooms.size > 0 ? 1 : 0);
    const part = () => {
      waiting -= 1;
      if (waiting === 0) done();
    };
    if (this.#rooms.size > 0) this.#sync(connection, { onSynced: part, onFailed: () => this.#failed(connection) });
    for (const roomId of news) this.#openFirst(connection, roomId, part);
  }

  #openFirst(connection: Connection, roomId: string, onOpen: () => void): void {
    const began = Date.now();
    connection.socket.emit('room:open', { roomId }, (answer) => {
      if (!answer?.ok) return this.#failed(connection);
      metrics.catchUpTime.add(Date.now() - began);
      const { epoch, head } = answer.data as OpenedRoom;
      this.#rooms.set(roomId, { order: new RoomOrder(head), epoch, isAsked: false });
      this.#release(connection, roomId);
      onOpen();
    });
  }

  /** Brings open rooms up to date, by default all; hands over the messages that were new by it. */
  #sync(connection: Connection, done: SyncHandlers, roomIds = [...this.#rooms.keys()]): void {
    const rooms = roomIds.slice(0, SYNC_ROOMS).map((roomId) => {
      const { epoch, order } = this.#rooms.get(roomId)!;
      return { roomId, epoch, lastSeq: order.last };
    });
    const began = Date.now();
    connection.socket.emit('rooms:sync', { rooms }, (answer) => {
      if (!answer?.ok) return done.onFailed();
      metrics.catchUpTime.add(Date.now() - began);
      const missed: Message[] = [];
      for (const room of (answer.data as SyncedRooms).rooms) if (!('error' in room)) missed.push(...this.#caughtUp(connection, room));
      if (roomIds.length <= SYNC_ROOMS) return done.onSynced(missed);
      this.#sync(connection, { ...done, onSynced: (more) => done.onSynced([...missed, ...more]) }, roomIds.slice(SYNC_ROOMS));
    });
  }

  #caughtUp(connection: Connection, { roomId, epoch, head, recovered, messages }: OpenedRoom): Message[] {
    const room = this.#rooms.get(roomId)!;
    room.isAsked = false;
    room.epoch = epoch;
    if (!recovered) room.order.skipTo((messages[0]?.seq ?? head + 1) - 1);
    const missed = messages.filter((message) => this.#takeFetched(room, message));
    this.#release(connection, roomId);
    return missed;
  }

  #takeFetched(room: Room, message: Message): boolean {
    const arrival = room.order.take(message);
    if (arrival === 'duplicated') metrics.duplicated.add(1);
    const isNew = arrival !== 'known' && arrival !== 'duplicated';
    if (isNew) this.#see(message);
    return isNew;
  }

  #release(connection: Connection, roomId: string): void {
    const held = connection.held.get(roomId);
    connection.held.delete(roomId);
    for (const message of held ?? []) this.#take(connection, message);
  }

  #hear(connection: Connection, name: string, payload: unknown): void {
    switch (name) {
      case 'messages':
        for (const message of (payload as ServerPayload<'messages'>).messages) this.#take(connection, message);
        return;
      case 'room:head': {
        const { roomId, head } = payload as ServerPayload<'room:head'>;
        const room = this.#rooms.get(roomId);
        if (room && head > room.order.last) this.#repairSoon(connection, roomId, room);
        return;
      }
      case 'server:drain':
        return this.#move(connection, (payload as ServerPayload<'server:drain'>).afterMs);
      default:
    }
  }

  #take(connection: Connection, message: Message): void {
    const held = connection.held.get(message.roomId);
    if (held) return void held.push(message);
    const room = this.#rooms.get(message.roomId);
    if (!room || (this.#connection !== undefined && this.#connection !== connection)) return;
    const arrival = room.order.take(message);
    if (arrival === 'known') return metrics.repeated.add(1);
    if (arrival === 'duplicated') return metrics.duplicated.add(1);
    if (arrival === 'late') metrics.outOfOrder.add(1);
    if (arrival === 'gap') this.#repairSoon(connection, message.roomId, room);
    this.#see(message);
    metrics.delivered.add(1);
    const at = Number(/ (\d{13})$/.exec(message.text)?.[1]);
    if (at && message.sender?.id !== this.#id) metrics.deliveryTime.add(Date.now() - at);
  }

  #see({ sender, clientMsgId }: Message): void {
    if (sender?.id !== this.#id) return;
    if (this.#seenOwn.has(clientMsgId)) metrics.duplicated.add(1);
    this.#seenOwn.add(clientMsgId);
    this.#unseen.delete(clientMsgId);
  }

  #repairSoon(connection: Connection, roomId: string, room: Room): void {
    if (room.isAsked) return;
    room.isAsked = true;
    const { last } = room.order;
    setTimeout(() => {
      room.isAsked = false;
      if (this.#connection !== connection || room.order.last > last) return;
      metrics.repaired.add(1);
      this.#sync(connection, { onSynced: () => undefined, onFailed: () => this.#failed(connection) }, [roomId]);
    }, PATIENCE_MS);
  }

  #send(clientMsgId: string): void {
    const send = this.#unanswered.get(clientMsgId);
    if (!send || !this.#connection) return; // sent when the connection is back
    const { roomId, at } = send;
    this.#connection.socket.emit('message:send', { roomId, clientMsgId, text: `k6 ${clientMsgId} ${at}` }, (answer) =>
      this.#answered(clientMsgId, send, answer),
    );
  }

  #answered(clientMsgId: string, send: Send, answer: Answer | undefined): void {
    if (!this.#unanswered.has(clientMsgId)) return;
    if (answer?.ok) {
      this.#unanswered.delete(clientMsgId);
      metrics.acked.add(1);
      metrics.ackTime.add(Date.now() - send.at);
      if (!this.#seenOwn.has(clientMsgId)) this.#unseen.set(clientMsgId, send);
    } else if (answer && !answer.error.retryable) {
      this.#unanswered.delete(clientMsgId);
      metrics.refused.add(1, { code: answer.error.code });
    } else {
      metrics.retried.add(1);
      setTimeout(() => this.#send(clientMsgId), answer?.error.retryAfterMs ?? RETRY_MS);
    }
  }

  /** The server is going: a new connection is opened at some moment of the time that is left, and then this one dropped. */
  #move(former: Connection, afterMs: number): void {
    setTimeout(
      () => {
        if (this.#connection !== former || this.#isLeaving) return;
        this.#lostAt ??= Date.now();
        this.#connect(() => former.socket.close());
      },
      Math.random() * afterMs * 0.8,
    );
  }

  #failed(connection: Connection): void {
    if (!this.#isLeaving) connection.socket.cut();
  }

  #end(connection: Connection | undefined, error: SocketError | undefined): void {
    if (this.#isLeaving || (connection && this.#connection && connection !== this.#connection)) return;
    if (!connection) metrics.connectFailed.add(1, { code: error?.code ?? 'none' });
    this.#connection = undefined;
    this.#lostAt ??= Date.now();
    const most = Math.min(MAX_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    setTimeout(() => !this.#isLeaving && this.#connect(), error?.retryAfterMs ?? Math.random() * most);
  }
}
