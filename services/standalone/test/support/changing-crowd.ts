import { ParleyError, type Message } from '@parley/contracts';
import { ChatClient, eventually, uniqueRoomName } from '@parley/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { BackwardWatch } from './backward-watch.js';
import type { Random } from './random.js';
import { ReadMarkers } from './read-markers.js';

const EMOJI = ['👍', '❤️', '🎉', '😂'];
/** So many that all of them are one page of history. */
const MESSAGES_MAX = 150;
const BACKOFF = { baseMs: 50, maxMs: 500 };

interface Person {
  readonly devices: readonly [ChatClient, ChatClient];
  /** Messages of this person. */
  readonly own: string[];
}

/** People in one room, each on two devices, who write, edit, delete, react and read on both at once, whatever happens to the server. */
export class ChangingCrowd implements AsyncDisposable {
  /** Changes that were answered for good. */
  answered = 0;
  readonly #people: Person[] = [];
  readonly #watches: BackwardWatch[] = [];
  readonly #deleted: string[] = [];
  #markers!: ReadMarkers;
  #roomId = '';
  private isLiving = false;
  #living: Promise<unknown>[] = [];

  private constructor(private readonly random: Random) {}

  /** `urls`: ways to the product; the two devices of a person come in by different ones, if there are several. */
  static async gather(urls: readonly string[], random: Random, people = 4): Promise<ChangingCrowd> {
    const crowd = new ChangingCrowd(random);
    try {
      for (let index = 0; index < people; index += 1) await crowd.#admit(urls[index % urls.length]!, urls[(index + 1) % urls.length]!);
      return crowd;
    } catch (error) {
      await crowd[Symbol.asyncDispose]();
      throw error;
    }
  }

  get devices(): ChatClient[] {
    return this.#people.flatMap(({ devices }) => devices);
  }

  /** Changes that devices were told again, or later than another one that came after. */
  get repeats(): number {
    return this.#watches.reduce((sum, { repeats }) => sum + repeats, 0);
  }

  /** Messages that were written. */
  get written(): number {
    return this.#people.reduce((sum, { own }) => sum + own.length, 0);
  }

  live(): void {
    this.isLiving = true;
    this.#living = this.#people.flatMap((person) => person.devices.flatMap((device) => [this.#change(person, device), this.#read(device)]));
  }

  /** Resolves when everything that was begun is answered for good. */
  async fallSilent(): Promise<void> {
    this.isLiving = false;
    await Promise.all(this.#living);
  }

  /** Every device holds what is stored, and nothing ever went back. Resolves to what there is to say. */
  async assertEqual(timeoutMs = 20_000): Promise<string> {
    const { length } = await this.#assertSameMessages(timeoutMs);
    await this.#assertSameMarkers(timeoutMs);
    const backward = this.#watches.flatMap(({ moves }) => moves);
    expect(backward).toEqual([]);
    expect(this.#markers.backwardMoves).toBe(0);
    const looks = this.#watches.reduce((sum, watch) => sum + watch.looks, 0);
    return (
      `${this.devices.length} devices: differences 0, backward moves 0 in ${looks} looks, of ${length} messages, ${this.answered} changes, ` +
      `${this.#deleted.length} deletions and ${this.#markers.moves} moves of read markers; ${this.repeats} changes were told again`
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isLiving = false;
    await Promise.all(this.devices.map((device) => device[Symbol.asyncDispose]()));
    await Promise.allSettled(this.#living);
  }

  async #admit(...urls: readonly [string, string]): Promise<void> {
    const [desk, phone] = [new ChatClient({ url: urls[0], backoff: BACKOFF }), new ChatClient({ url: urls[1], backoff: BACKOFF })];
    this.#people.push({ devices: [desk, phone], own: [] });
    await desk.register();
    await phone.login(desk.http.user!.username);
    if (this.#roomId === '') {
      this.#roomId = (await desk.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } })).id;
      this.#markers = new ReadMarkers(this.#roomId, this.random);
    } else await desk.http.call('POST /api/chat/rooms/{id}/join', { params: { id: this.#roomId } });
    for (const device of [desk, phone]) {
      this.#watches.push(new BackwardWatch(device, this.#roomId));
      this.#markers.watch(device);
      await device.connect();
      await device.openRoom(this.#roomId);
    }
  }

  async #change({ own }: Person, device: ChatClient): Promise<void> {
    const roomId = this.#roomId;
    for (let round = 0; this.isLiving; round += 1) {
      const choice = this.random.between(0, 19);
      if (own.length === 0 || (choice < 4 && this.written < MESSAGES_MAX)) {
        own.push((await device.sendReliably({ roomId, text: `message ${round}` })).messageId);
      } else if (choice < 11) {
        await this.#persist(() => device.emitReliably('message:edit', { roomId, messageId: this.random.pick(own), text: `edit ${round}` }));
      } else if (choice === 11) {
        const messageId = this.random.pick(own);
        await this.#persist(() => device.emitReliably('message:delete', { roomId, messageId }));
        this.#deleted.push(messageId);
      } else {
        const theirs = this.random.pick(this.#people).own;
        const messageId = this.random.pick(theirs.length > 0 ? theirs : own);
        const [emoji, on] = [this.random.pick(EMOJI), this.random.next() < 0.7];
        await this.#persist(() => device.emitReliably('message:react', { roomId, messageId, emoji, on }));
      }
      await delay(20);
    }
  }

  /** What is deleted meanwhile cannot be changed: that is an answer, too. */
  async #persist(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ParleyError && error.code === 'MESSAGE_DELETED')) throw error;
    }
    this.answered += 1;
  }

  async #read(device: ChatClient): Promise<void> {
    for (; this.isLiving; await delay(this.random.between(50, 200))) {
      const isBack = this.random.next() < 0.05;
      // One that is lost is moved again.
      await (isBack ? this.#markers.moveBack(device) : this.#markers.move(device)).catch(() => undefined);
    }
  }

  async #assertSameMessages(timeoutMs: number): Promise<readonly Message[]> {
    const stored = async () => this.devices[0]!.history(this.#roomId, { after: '0', limit: '200' });
    for (const [index, device] of this.devices.entries())
      await eventually(
        async () => {
          const replica = device.timeline(this.#roomId);
          const { messages, head } = await stored();
          expect(replica.messages).toEqual(messages);
          expect([replica.lastSeq, replica.isBehind]).toEqual([head, false]);
          this.#watches[index]!.look();
        },
        { timeoutMs, intervalMs: 200, describe: 'every device holds what is stored' },
      );
    const { messages } = await stored();
    expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, index) => index + 1));
    const isDeleted = new Set(messages.filter(({ deletedAt }) => deletedAt !== null).map(({ id }) => id));
    expect(this.#deleted.filter((id) => !isDeleted.has(id))).toEqual([]);
    return messages;
  }

  /** What a device is told when it opens the room, what stands beside the conversation and what is stored is one. */
  async #assertSameMarkers(timeoutMs: number): Promise<void> {
    const { messages } = await this.devices[0]!.history(this.#roomId, { after: '0', limit: '200' });
    for (const { devices } of this.#people)
      for (const device of devices)
        await eventually(
          async () => {
            const { conversations } = await device.http.call('GET /api/chat/conversations');
            const { readSeq, unreadCount, head } = conversations.find(({ room }) => room.id === this.#roomId)!;
            const unread = messages.filter(({ seq, sender }) => seq > readSeq && sender?.id !== device.userId);
            expect([head, unreadCount]).toEqual([messages.length, unread.length]);
            expect(readSeq).toBeGreaterThanOrEqual(this.#markers.floorOf(device));
            expect(readSeq).toBeLessThanOrEqual(head);
            const opened = await device.emit('room:open', { roomId: this.#roomId, lastSeq: head });
            expect(opened.readSeq).toBe(readSeq);
          },
          { timeoutMs, intervalMs: 200, describe: 'every device is told the same read marker' },
        );
  }
}
