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

  private constructor(random: Random) {
    this.#random = random;
  }

  static async gather(url: string, random: Random, { people = 20, rooms = 5 } = {}): Promise<Crowd> {
    const crowd = new Crowd(random);
    try {
      const join = async () => {
        const client = new ChatClient({ url, recorder: crowd.recorder, backOff: { firstMs: 50, maxMs: 1_000 } });
        crowd.#writers.push({ client, queue: [], isSending: false });
        await client.register();
      };
      await Promise.all(Array.from({ length: people }, join));
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
    this.#timer = setInterval(() => {
      const writer = this.#random.pick(this.#writers);
      this.#written += 1;
      writer.queue.push({ roomId: this.#random.pick(this.roomIds), text: `message ${this.#written}`, clientMsgId: newClientMsgId() });
      void this.#work(writer);
    }, 1_000 / messagesPerSecond);
  }

  /** Stops writing and waits until everything that was begun has a definite answer. */
  async fallSilent(): Promise<void> {
    clearInterval(this.#timer);
    await eventually(() => this.#writers.every((writer) => !writer.isSending), {
      timeoutMs: 20_000,
      describe: 'every send is answered',
    });
  }

  /** Waits until everyone has seen everything, and holds what was promised, stored and seen against each other. */
  async assertWhole(): Promise<HistoryReport> {
    const stored = await this.#readAll();
    for (const roomId of this.roomIds) {
      const head = stored.filter((message) => message.roomId === roomId).length;
      await eventually(() => this.clients.every((client) => client.timeline(roomId).lastSeq >= head), {
        timeoutMs: 15_000,
        describe: `everyone is at message ${head} of room ${roomId}`,
      });
    }
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
