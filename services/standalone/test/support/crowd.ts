import { ParleyError } from '@parley/contracts';
import {
  ChatClient,
  HistoryRecorder,
  assertCleanHistory,
  eventually,
  newClientMsgId,
  uniqueRoomName,
  type HistoryReport,
  type StoredMessage,
} from '@parley/testing';
import type { Random } from './random.js';

interface Sent {
  readonly outcome: string;
  readonly ms: number;
}

interface Writer {
  readonly client: ChatClient;
  readonly queue: { roomId: string; text: string; clientMsgId: string }[];
  isSending: boolean;
}

/** Many people in a few rooms who keep writing whatever happens to the server, and all read everything. */
export class Crowd implements AsyncDisposable {
  readonly recorder = new HistoryRecorder();
  readonly roomIds: string[] = [];
  readonly #writers: Writer[] = [];
  readonly #random: Random;
  #timer: NodeJS.Timeout | undefined;
  #written = 0;
  /** Sends that began with `sendOnce` and have no answer for good yet. */
  #insisting = 0;

  private constructor(random: Random) {
    this.#random = random;
  }

  static async gather(url: string, random: Random, { people = 20, rooms = 5 } = {}): Promise<Crowd> {
    const crowd = new Crowd(random);
    try {
      const join = async () => {
        const client = new ChatClient({ url, recorder: crowd.recorder, backoff: { baseMs: 50, maxMs: 1_000 } });
        crowd.#writers.push({ client, queue: [], isSending: false });
        await client.register();
      };
      // One by one: passwords are hashed two at a time, and on a busy machine the last would wait for too long.
      for (let joined = 0; joined < people; joined += 1) await join();
      for (let made = 0; made < rooms; made += 1) {
        const room = await crowd.clients[0]!.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName('crash') } });
        crowd.roomIds.push(room.id);
      }
      await Promise.all(crowd.clients.map((client) => crowd.#enter(client)));
      return crowd;
    } catch (error) {
      await crowd[Symbol.asyncDispose]();
      throw error;
    }
  }

  get clients(): ChatClient[] {
    return this.#writers.map((writer) => writer.client);
  }

  /** Sends that were repeated, because an answer was missing or asked for it. */
  get retries(): number {
    return this.clients.reduce((sum, client) => sum + client.retries, 0);
  }

  get connects(): number {
    return this.clients.reduce((sum, client) => sum + client.connects, 0);
  }

  /** Everyone writes, at this pace together, one after the other each; what a server that is away holds up waits in line. */
  write(messagesPerSecond: number): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      const writer = this.#random.pick(this.#writers);
      this.#written += 1;
      writer.queue.push({ roomId: this.#random.pick(this.roomIds), text: `message ${this.#written}`, clientMsgId: newClientMsgId() });
      void this.#work(writer);
    }, 1_000 / messagesPerSecond);
  }

  /** Everyone connects anew, in turn to one gateway and another. */
  scatter(): void {
    for (const client of this.clients) client.cut();
  }

  /** Sends once, without repeats, and notes it as begun. Resolves to what it was told, `ok` or the code, and after how long (ms). */
  async sendOnce(): Promise<Sent> {
    const { client } = this.#random.pick(this.#writers);
    const command = { roomId: this.#random.pick(this.roomIds), text: 'once', clientMsgId: newClientMsgId() };
    const attempt = this.recorder.attempt({ senderId: client.userId, ...command });
    const began = performance.now();
    try {
      attempt.acked((await client.emit('message:send', command)).messageId);
      return { outcome: 'ok', ms: performance.now() - began };
    } catch (error) {
      // As a person does who sees that it did not get through: until there is an answer for good, also for the checker.
      this.#insisting += 1;
      void client
        .sendReliably(command)
        .catch(() => undefined)
        .finally(() => (this.#insisting -= 1));
      return { outcome: error instanceof ParleyError ? error.code : String(error), ms: performance.now() - began };
    }
  }

  /** Sends again what was stored already, as clients do whose answers got lost; until `stop`. */
  repeatStored(perSecond: number): { stop(): void } {
    const timer = setInterval(() => {
      const acked = this.recorder.attempts.filter((attempt) => attempt.outcome === 'acked');
      if (acked.length === 0) return;
      const { senderId, roomId, clientMsgId, text } = this.#random.pick(acked);
      const sender = this.clients.find((client) => client.userId === senderId);
      sender?.emit('message:send', { roomId, clientMsgId, text }).catch(() => undefined);
    }, 1_000 / perSecond);
    return { stop: () => clearInterval(timer) };
  }

  /** Sends one message and waits until everybody has it. Resolves to how long that took (ms), counted from its acknowledgement. */
  async probe(timeoutMs = 10_000): Promise<number> {
    const roomId = this.#random.pick(this.roomIds);
    const { messageId } = await this.#random.pick(this.clients).sendReliably({ roomId, text: 'probe' });
    const began = performance.now();
    const has = (client: ChatClient) => client.timeline(roomId).messages.findLast((message) => message.id === messageId) !== undefined;
    await eventually(() => this.clients.every(has), { timeoutMs, describe: 'everybody has the probe' });
    return performance.now() - began;
  }

  /** Stops writing and waits until everything that was begun has a definite answer. */
  async fallSilent(timeoutMs = 20_000): Promise<void> {
    clearInterval(this.#timer);
    await eventually(() => this.#insisting === 0 && this.#writers.every((writer) => !writer.isSending), {
      timeoutMs,
      describe: 'every send is answered',
    });
  }

  /** Waits until what was acknowledged is stored and everyone has seen it. */
  async settle(timeoutMs = 20_000): Promise<void> {
    await eventually(() => this.#assertSettled(), { timeoutMs, intervalMs: 100, describe: 'everything is stored and seen' });
  }

  /** Waits as `settle` does, and holds promised, stored and seen against each other. */
  async assertWhole(timeoutMs = 20_000): Promise<HistoryReport> {
    await this.settle(timeoutMs);
    const report = assertCleanHistory({
      attempts: this.recorder.attempts,
      stored: await this.#readAll(),
      received: this.recorder.receivedRooms,
    });
    return report;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    for (const writer of this.#writers) writer.queue.length = 0;
    await Promise.all(this.clients.map((client) => client[Symbol.asyncDispose]()));
  }

  async #enter(client: ChatClient): Promise<void> {
    for (const id of this.roomIds) await client.http.call('POST /api/chat/rooms/{id}/join', { params: { id } });
    await client.connect();
    for (const roomId of this.roomIds) {
      await client.openRoom(roomId);
      this.recorder.watching(client.id, roomId);
    }
  }

  async #work(writer: Writer): Promise<void> {
    if (writer.isSending) return;
    writer.isSending = true;
    try {
      for (let next = writer.queue.shift(); next; next = writer.queue.shift()) await writer.client.sendReliably(next);
    } catch (error) {
      if (writer.client.ended === undefined) throw error; // only the end of the test may end a send
    } finally {
      writer.isSending = false;
    }
  }

  async #assertSettled(): Promise<void> {
    let stored = 0;
    for (const roomId of this.roomIds) {
      const { head } = await this.clients[0]!.history(roomId, { limit: '1' });
      stored += head;
      const slowest = Math.min(...this.clients.map((client) => client.timeline(roomId).lastSeq));
      if (slowest < head) throw new Error(`somebody is at ${slowest} of ${head} in room ${roomId}`);
    }
    const acked = this.recorder.count('acked');
    if (stored < acked) throw new Error(`${stored} of ${acked} are stored`);
  }

  /** The whole of every room, as the product tells it. */
  async #readAll(): Promise<StoredMessage[]> {
    const stored: StoredMessage[] = [];
    for (const roomId of this.roomIds) {
      for (let after = 0, hasMore = true; hasMore;) {
        const page = await this.clients[0]!.history(roomId, { after: String(after), limit: '200' });
        for (const { id, sender, seq, clientMsgId, text } of page.messages)
          stored.push({ roomId, seq, messageId: id, senderId: sender?.id ?? null, clientMsgId, text });
        after = page.messages.at(-1)?.seq ?? after;
        hasMore = page.hasMoreAfter;
      }
    }
    return stored;
  }
}
